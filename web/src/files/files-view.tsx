import { useMutation } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import type { ReactNode } from "react";
import { May } from "../access/may.tsx";
import type { ModelListMessage } from "../../../src/wire/models.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { FilterTabs } from "../ui/filter-tabs.tsx";
import { tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import { DiskUse } from "./disk-use-list.tsx";
import { FileList } from "./file-list.tsx";
import { FilesSkeleton } from "./files-skeleton.tsx";
import { ModelsDir } from "./models-dir.ts";
import { allFilesUnder, useFolders } from "./use-files.ts";
import { useVerifyPart, useVerifyRun } from "./use-verify.ts";
import type { VerifyView } from "./verify-run.ts";
import "../ui/set.css";
import "../downloads/job-row.css";
import "./files.css";

export interface FilesViewProps {
  /** The folder that is looked into; null for all. */
  at: string | null;
  /** All files, or those nobody knows. */
  all: boolean;
  list: ModelListMessage | null;
  onGo: (at: string | null) => void;
  onAll: (all: boolean) => void;
}

/** What lies in the folders: how much room it takes, what nobody knows, and whether it is right. */
export function FilesView({ at, all, list, onGo, onAll }: FilesViewProps) {
  const folders = useFolders();
  const use = (): ReactNode => {
    if (folders.data !== undefined) return <DiskUse list={folders.data} at={at} onGo={onGo} />;
    if (folders.error === null) return <FilesSkeleton />;
    return (
      <CouldNotRead
        title={t("The folders could not be listed")}
        error={folders.error}
        retry={folders.refetch}
      />
    );
  };
  return (
    <ModelsDir value={list?.models_dir ?? null}>
      {use()}
      <div className="models-bar">
        <FilterTabs
          value={all ? "all" : "unknown"}
          onChange={(value) => onAll(value === "all")}
          choices={[
            { value: "unknown", label: t("Unknown files") },
            { value: "all", label: t("All files") },
          ]}
        />
        <May to="POST /files/verify">
          <VerifyAll at={at} />
        </May>
      </div>
      <FileList under={at} unknown={!all} models={list?.models ?? []} onShowAll={() => onAll(true)} />
    </ModelsDir>
  );
}

/** Everything below the folder that is looked into, file by file. */
function VerifyAll({ at }: { at: string | null }) {
  const { client } = useServer();
  const run = useVerifyRun();
  const running = useVerifyPart(isRunning);
  const away = useIsAway();
  const start = useMutation({
    mutationFn: () => allFilesUnder(client, at),
    onSuccess: (files) => run.add(files),
    onError: (error) => tellProblem(t("The files could not be listed"), describeError(error).message),
  });
  return (
    <Button
      className="files__verify"
      size="compact-sm"
      variant="default"
      leftSection={<ShieldCheck size={14} aria-hidden />}
      disabled={away}
      loading={start.isPending || running}
      onClick={() => start.mutate()}
    >
      {at === null ? t("Verify all files") : t("Verify this folder")}
    </Button>
  );
}

const isRunning = ({ running }: VerifyView): boolean => running !== null;
