import { Menu } from "@mantine/core";
import {
  Ban,
  Copy,
  Download,
  Link2,
  MoreHorizontal,
  Pencil,
  RotateCw,
  ShieldCheck,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import { May, useMay } from "../access/may.tsx";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { useIsActing, useJobAction } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { useVerifyRun } from "../files/use-verify.ts";
import { Button } from "../ui/button.tsx";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { pressOnce } from "../ui/press-once.ts";
import { PauseSolid, PlaySolid } from "../ui/solid-icons.tsx";
import { askToDelete } from "./ask-to-delete.tsx";
import { useModelForm } from "./model-form-provider.tsx";
import type { ModelState } from "./model-state.ts";
import { PutOnPlacesItem } from "./put-on-places.tsx";
import { useFetchAgain } from "./use-fetch-again.ts";
import { useDeleteModel, useDownloadModel } from "./use-model-actions.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";

/** The one thing to do next as a button, the rest in a menu. */
export function ModelActions({ model, state }: { model: ModelMessage; state: ModelState }) {
  const form = useModelForm();
  const remove = useDeleteModel();
  const away = useIsAway();
  return (
    <div className="model__actions">
      <May to="POST /download">
        <NextStep model={model} state={state} />
      </May>
      <Menu>
        <Menu.Target>
          <IconButton size="large" label={t("More for {name}", { name: model.name })} tip={null}>
            <MoreHorizontal size={17} aria-hidden />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          {"job" in state && state.kind !== "failed" && (
            <May to="POST /jobs/actions">
              <CancelItem job={state.job} />
            </May>
          )}
          <PutOnPlacesItem model={model} />
          {(state.kind === "present" || state.kind === "wrong") && <VerifyItem model={model} />}
          <May to="POST /edit_model">
            <Menu.Item leftSection={<Pencil size={15} />} onClick={() => form.edit(model)}>
              {t("Edit entry")}
            </Menu.Item>
          </May>
          <Menu.Item
            leftSection={<Link2 size={15} />}
            onClick={() => void copyAndTell(model.url, t("Address"))}
          >
            {t("Copy address")}
          </Menu.Item>
          <Menu.Item
            leftSection={<Copy size={15} />}
            onClick={() => void copyAndTell(model.destination, t("Path"))}
          >
            {t("Copy path")}
          </Menu.Item>
          <May to="POST /delete_model">
            <Menu.Divider />
            <Menu.Item
              className="danger-item"
              leftSection={<Trash2 size={15} />}
              disabled={away}
              onClick={() => askToDelete(model, () => remove.mutate(model))}
            >
              {t("Delete entry")}
            </Menu.Item>
          </May>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function VerifyItem({ model }: { model: ModelMessage }) {
  const verify = useVerifyRun();
  const away = useIsAway();
  const may = useMay("POST /files/verify");
  if (!may) return null;
  return (
    <Menu.Item
      leftSection={<ShieldCheck size={15} />}
      disabled={away}
      onClick={() => verify.add([{ path: model.destination, size: model.bytes }])}
    >
      {t("Verify file")}
    </Menu.Item>
  );
}

function CancelItem({ job }: { job: Extract<ModelState, { job: unknown }>["job"] }) {
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

function NextStep({ model, state }: { model: ModelMessage; state: ModelState }): ReactNode {
  // Asked for, the button that was pressed stays, busy: the focus is on it.
  const asked = state.kind === "asked";
  const known = asked ? state.before : state;
  switch (known.kind) {
    case "absent":
      return <DownloadButton model={model} label={t("Download")} asked={asked} />;
    case "partial":
      return <DownloadButton model={model} label={t("Resume")} asked={asked} />;
    case "waiting":
    case "active":
      return known.job.wish === null ? <JobButton state={known} name={model.name} action="pause" /> : null;
    case "paused":
      return <JobButton state={known} name={model.name} action="resume" />;
    case "failed":
      return known.job.status === "FAILED" ? (
        <JobButton state={known} name={model.name} action="retry" />
      ) : null;
    case "present":
      return null;
    case "wrong":
      return <FetchAgainButton model={model} asked={asked} />;
    default:
      throw known satisfies never;
  }
}

function FetchAgainButton({ model, asked }: { model: ModelMessage; asked: boolean }) {
  const again = useFetchAgain(model);
  const away = useIsAway();
  return (
    <Button
      className="model__next"
      size="compact-md"
      variant="light"
      color="red"
      leftSection={<RotateCw size={14} aria-hidden />}
      disabled={away}
      loading={asked}
      aria-label={t("Download {name} again", { name: model.name })}
      onClick={() => again.mutate()}
    >
      {t("Download again")}
    </Button>
  );
}

interface DownloadButtonProps {
  model: ModelMessage;
  label: string;
  /** It was pressed. */
  asked: boolean;
}

function DownloadButton({ model, label, asked }: DownloadButtonProps) {
  const download = useDownloadModel(model);
  const away = useIsAway();
  return (
    <Button
      className="model__next"
      size="compact-md"
      variant="light"
      leftSection={<Download size={14} aria-hidden />}
      disabled={away}
      loading={asked}
      aria-label={t("{label} {name}", { label, name: model.name })}
      onClick={() => download.mutate()}
    >
      {label}
    </Button>
  );
}

const JOB_BUTTONS = {
  pause: { label: () => t("Pause"), icon: PauseSolid },
  resume: { label: () => t("Resume"), icon: PlaySolid },
  retry: { label: () => t("Retry"), icon: RotateCw },
} as const;

interface JobButtonProps {
  state: Extract<ModelState, { job: unknown }>;
  name: string;
  action: keyof typeof JOB_BUTTONS;
}

function JobButton({ state: { job }, name, action }: JobButtonProps) {
  const { mutate } = useJobAction(job.id);
  const acting = useIsActing(job.id);
  const away = useIsAway();
  const { label: say, icon: Icon } = JOB_BUTTONS[action];
  const label = say();
  return (
    <Button
      className="model__next"
      size="compact-md"
      variant="default"
      leftSection={<Icon size={14} aria-hidden />}
      disabled={away}
      loading={acting}
      aria-label={t("{label} {name}", { label, name })}
      onClick={pressOnce(() => mutate({ action, job }))}
    >
      {label}
    </Button>
  );
}
