import { Menu } from "@mantine/core";
import {
  Ban,
  Copy,
  Download,
  Hash,
  Info,
  Link2,
  MoreHorizontal,
  RotateCw,
  Sparkles,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import { May } from "../access/may.tsx";
import type { ImageMessage } from "../../../src/wire/images.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useIsActing, useJobAction } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { pressOnce } from "../ui/press-once.ts";
import { PauseSolid, PlaySolid } from "../ui/solid-icons.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { askToDeleteImage } from "./ask-to-delete-image.tsx";
import { isEntry } from "./image-filter.ts";
import type { ImageView } from "./image-view.ts";
import { useDeleteImage, useDownloadImage } from "./use-image-actions.ts";

interface ActionsProps {
  image: ImageMessage;
  view: ImageView;
  /** How people tell it from others: with its machine. */
  called: string;
  onDetails: () => void;
}

/** The one thing to do next as a button, the rest in a menu. */
export function ImageActions({ image, view, called, onDetails }: ActionsProps) {
  return (
    <div className="image__actions">
      <May to="POST /images/:id/download">
        <NextStep image={image} view={view} called={called} />
      </May>
      <Menu>
        <Menu.Target>
          <IconButton size="large" label={t("More for {name}", { name: called })} tip={null}>
            <MoreHorizontal size={17} aria-hidden />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <MoreItems image={image} view={view} called={called} onDetails={onDetails} />
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

const LIVE = new Set<ImageView["kind"]>(["waiting", "active", "verifying", "paused"]);

function MoreItems({ image, view, called, onDetails }: ActionsProps) {
  const remove = useDeleteImage();
  const away = useIsAway();
  const { status, url } = image;
  const isHere = view.kind !== "absent" && !LIVE.has(view.kind);
  return (
    <>
      <Menu.Item leftSection={<Info size={15} />} onClick={onDetails}>
        {t("Details")}
      </Menu.Item>
      {LIVE.has(view.kind) && view.job !== null && (
        <May to="POST /jobs/actions">
          <CancelItem job={view.job} />
        </May>
      )}
      {status.path !== null && (
        <CopyItem icon={<Copy size={15} />} label={t("Copy path")} text={status.path} what={t("Path")} />
      )}
      {url !== null && (
        <CopyItem icon={<Link2 size={15} />} label={t("Copy address")} text={url} what={t("Address")} />
      )}
      {status.checksum !== null && (
        <CopyItem
          icon={<Hash size={15} />}
          label={t("Copy checksum")}
          text={status.checksum}
          what={t("Checksum")}
        />
      )}
      {isHere && (
        <May to="DELETE /images/:id">
          <Menu.Divider />
          <Menu.Item
            className="danger-item"
            leftSection={<Trash2 size={15} />}
            disabled={away}
            onClick={() => askToDeleteImage(image, called, () => remove.mutate(image))}
          >
            {view.kind === "here" || view.kind === "damaged" ? t("Delete file") : t("Forget it")}
          </Menu.Item>
        </May>
      )}
    </>
  );
}

interface CopyItemProps {
  icon: ReactNode;
  label: string;
  text: string;
  what: string;
}

function CopyItem({ icon, label, text, what }: CopyItemProps) {
  return (
    <Menu.Item leftSection={icon} onClick={() => void copyAndTell(text, what)}>
      {label}
    </Menu.Item>
  );
}

function CancelItem({ job }: { job: JobMessage }) {
  const action = useJobAction(job.id);
  const away = useIsAway();
  return (
    <Menu.Item
      leftSection={<Ban size={15} />}
      disabled={away || job.wish === "cancel"}
      onClick={() => action.mutate({ action: "cancel", job })}
    >
      {t("Cancel download")}
    </Menu.Item>
  );
}

function NextStep({ image, view, called }: Omit<ActionsProps, "onDetails">): ReactNode {
  // Asked for, the button that was pressed stays, busy: the focus is on it.
  const kind = view.asked ?? view.kind;
  const common = { image, called, asked: view.asked !== null };
  switch (kind) {
    case "absent":
    case "cancelled":
      return <DownloadButton {...common} label={t("Download")} icon="download" />;
    case "damaged":
      // Of a stranger nobody knows where it is to be had.
      return image.catalog_id === null ? null : (
        <DownloadButton {...common} label={t("Download again")} icon="retry" />
      );
    case "failed":
      return <DownloadButton {...common} label={t("Retry")} icon="retry" />;
    case "waiting":
    case "active":
    case "verifying":
      return view.job === null || view.job.wish !== null ? null : (
        <JobButton job={view.job} called={called} action="pause" />
      );
    case "paused":
      return view.job === null ? null : <JobButton job={view.job} called={called} action="resume" />;
    case "here":
      return image.update !== null && isEntry(image) ? (
        <DownloadButton {...common} label={t("Update")} icon="update" />
      ) : null;
    default:
      throw kind satisfies never;
  }
}

const ICONS = { download: Download, retry: RotateCw, update: Sparkles } as const;

interface DownloadButtonProps {
  image: ImageMessage;
  called: string;
  /** It was pressed. */
  asked: boolean;
  label: string;
  icon: keyof typeof ICONS;
}

function DownloadButton({ image, called, asked, label, icon }: DownloadButtonProps) {
  const download = useDownloadImage(image);
  const away = useIsAway();
  const Icon = ICONS[icon];
  return (
    <Button
      className="image__next"
      size="compact-md"
      variant="light"
      leftSection={<Icon size={14} aria-hidden />}
      disabled={away}
      loading={asked}
      aria-label={`${label}: ${called}`}
      onClick={() => download.mutate()}
    >
      {label}
    </Button>
  );
}

interface JobButtonProps {
  job: JobMessage;
  called: string;
  action: "pause" | "resume";
}

function JobButton({ job, called, action }: JobButtonProps) {
  const { mutate } = useJobAction(job.id);
  const acting = useIsActing(job.id);
  const away = useIsAway();
  const Icon = action === "pause" ? PauseSolid : PlaySolid;
  const label = action === "pause" ? t("Pause") : t("Resume");
  return (
    <Button
      className="image__next"
      size="compact-md"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      disabled={away}
      loading={acting}
      aria-label={`${label}: ${called}`}
      onClick={pressOnce(() => mutate({ action, job }))}
    >
      {label}
    </Button>
  );
}
