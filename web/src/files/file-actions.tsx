import { Menu } from "@mantine/core";
import { BookPlus, Copy, Fingerprint, MoreHorizontal, RotateCw, ScanSearch, ShieldCheck } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { May, useMay } from "../access/may.tsx";
import type { FileMessage } from "../../../src/wire/files.ts";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { askForRightBytes, splitPath } from "./file-words.ts";
import type { FileKnown } from "./file-words.ts";
import { useAddToCatalogue } from "./use-add-to-catalogue.ts";
import { useRightBytes } from "./use-right-bytes.ts";
import { useVerifyRun } from "./use-verify.ts";

interface FileActionsProps {
  file: FileMessage;
  known: FileKnown;
  /** It is being read. */
  reading: boolean;
}

/** The one thing to do next as a button, the rest in a menu. Nothing here deletes anything. */
export function FileActions({ file, known, reading }: FileActionsProps) {
  const run = useVerifyRun();
  const addToCatalogue = useAddToCatalogue();
  const away = useIsAway();
  const { name } = splitPath(file.path);
  const { sha256 } = file;
  return (
    <div className="file__actions">
      <May to="POST /files/verify">
        <NextStep file={file} known={known} reading={reading} />
      </May>
      <Menu>
        <Menu.Target>
          <IconButton size="large" label={t("More for {name}", { name })} tip={null}>
            <MoreHorizontal size={17} aria-hidden />
          </IconButton>
        </Menu.Target>
        <Menu.Dropdown>
          <May to="POST /files/verify">
            <Menu.Item
              leftSection={<ShieldCheck size={15} />}
              disabled={away || reading}
              onClick={() => run.add([file])}
            >
              {t("Read and verify")}
            </Menu.Item>
          </May>
          {known.kind !== "model" && (
            <May to="POST /add_model">
              <Menu.Item
                leftSection={<BookPlus size={15} />}
                disabled={away}
                onClick={() => addToCatalogue(file)}
              >
                {t("Add to the catalogue")}
              </Menu.Item>
            </May>
          )}
          <May to="POST /files/verify">
            <Menu.Divider />
          </May>
          <Menu.Item leftSection={<Copy size={15} />} onClick={() => void copyAndTell(file.path, t("Path"))}>
            {t("Copy path")}
          </Menu.Item>
          {sha256 !== null && (
            <Menu.Item
              leftSection={<Fingerprint size={15} />}
              onClick={() => void copyAndTell(sha256, "SHA-256")}
            >
              {t("Copy SHA-256")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function NextStep({ file, known, reading }: FileActionsProps) {
  const run = useVerifyRun();
  const again = useRightBytes();
  const addToCatalogue = useAddToCatalogue();
  const { name } = splitPath(file.path);
  const mayAdd = useMay("POST /add_model");
  const ask = askForRightBytes(file);
  const read = { busy: reading, act: () => run.add([file]) };
  if (ask !== null) {
    const sentence = t("Download {name} again", { name });
    const act = (): void => again.mutate({ file, ask });
    const step = { icon: RotateCw, label: t("Download again"), sentence, act, busy: again.isPending };
    return <StepButton {...step} isMending />;
  }
  switch (known.kind) {
    case "unread": {
      const sentence = t("Which model is {name}?", { name });
      return <StepButton {...read} icon={ScanSearch} label={t("Which model is this?")} sentence={sentence} />;
    }
    case "stranger": {
      if (!mayAdd) return null;
      const sentence = t("Add {name} to the catalogue", { name });
      const act = (): void => addToCatalogue(file);
      return <StepButton icon={BookPlus} label={t("Add to catalogue")} sentence={sentence} act={act} />;
    }
    case "model":
    case "same":
    case "source": {
      if (file.check !== null) return null;
      const sentence = t("Verify {name}", { name });
      return <StepButton {...read} icon={ShieldCheck} label={t("Verify")} sentence={sentence} />;
    }
    default:
      throw known satisfies never;
  }
}

interface Step {
  icon: LucideIcon;
  label: string;
  /** The same with the file's name in it. */
  sentence: string;
  act: () => void;
  busy?: boolean;
  isMending?: boolean;
}

function StepButton({ icon: Icon, label, sentence, act, busy = false, isMending = false }: Step) {
  const away = useIsAway();
  return (
    <Button
      className="file__next"
      size="compact-md"
      variant={isMending ? "light" : "default"}
      {...(isMending ? { color: "red" } : {})}
      leftSection={<Icon size={14} aria-hidden />}
      disabled={away}
      loading={busy}
      aria-label={sentence}
      onClick={act}
    >
      {label}
    </Button>
  );
}
