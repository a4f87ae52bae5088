import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FileUp, Undo2 } from "lucide-react";
import { useRef } from "react";
import type { RestoreMessage } from "../../../../src/wire/restore.ts";
import { describeError } from "../../data/describe-error.ts";
import { useServer } from "../../data/server.tsx";
import { useIsAway } from "../../data/use-live.ts";
import { formatBytes } from "../../format/bytes.ts";
import { formatTime } from "../../format/time.ts";
import { Button } from "../../ui/button.tsx";
import { askFirst } from "../../ui/ask-first.ts";
import { tell, tellProblem } from "../../ui/notify.ts";
import { t, tn } from "../../words/words.ts";
import { SettingLine } from "../setting-line.tsx";
import { SettingsGroup } from "../settings-group.tsx";

const KEY = ["restore"];

/** Puts a backup back: checked now, in place after the next start. */
export function RestoreGroup() {
  const { restores } = useServer().client;
  const waiting = useQuery({ queryKey: KEY, queryFn: ({ signal }) => restores.waiting(signal) });
  return (
    <SettingsGroup
      title={t("Restore")}
      about={t(
        "The file is checked at once; it is put in place when the server starts next. What is there until then is kept beside it, in the data folder.",
      )}
    >
      {waiting.data != null && <Waiting restore={waiting.data} />}
      <ChooseBackup replaces={waiting.data != null} />
      <SettingLine
        label={t("On the machine itself")}
        about={t("With the server stopped. Puts back the file haulyard.config.json, too.")}
      >
        <code>haulyard restore FILE --replace</code>
      </SettingLine>
    </SettingsGroup>
  );
}

function ChooseBackup({ replaces }: { replaces: boolean }) {
  const { restores } = useServer().client;
  const queries = useQueryClient();
  const away = useIsAway();
  const input = useRef<HTMLInputElement>(null);
  const { mutate, isPending } = useMutation({
    mutationFn: (file: File) => restores.send(file),
    onSuccess: (restore) => {
      queries.setQueryData(KEY, restore);
      tell(t("The backup is whole"), t("Start the server anew to put it in place."), "restore");
    },
    onError: (error) => tellProblem(t("This cannot be restored"), describeError(error).message, "restore"),
  });
  return (
    <SettingLine
      label={t("Restore a backup")}
      about={
        replaces
          ? t("Another file goes in the place of the one that waits.")
          : t("A file that was made here or by haulyard backup.")
      }
    >
      <Button
        variant="default"
        leftSection={<FileUp size={15} aria-hidden />}
        loading={isPending}
        disabled={away}
        onClick={() => input.current?.click()}
      >
        {t("Choose a backup")}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t("Backup file")}
        accept=".gz,.tgz,application/gzip"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) askToRestore(file, () => mutate(file));
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
    </SettingLine>
  );
}

function askToRestore(file: File, act: () => void): void {
  askFirst({
    title: t("Restore “{name}”?", { name: file.name }),
    children: (
      <p>
        {t(
          "Queue, history, instances, catalogues, cards and settings become those of the backup ({bytes}) at the next start. Downloads that came after it are no longer in the list; their files stay.",
          { bytes: formatBytes(file.size) },
        )}
      </p>
    ),
    doIt: t("Check it and restore"),
    act,
  });
}

/** What waits for the next start, and how one starts the server anew. */
function Waiting({ restore }: { restore: RestoreMessage }) {
  const { restores } = useServer().client;
  const queries = useQueryClient();
  const away = useIsAway();
  const giveUp = useMutation({
    mutationFn: () => restores.giveUp(),
    onSuccess: () => tell(t("Nothing is restored"), t("Everything stays as it is."), "restore"),
    onError: (error) => tellProblem(t("The restore could not be given up"), describeError(error).message),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <SettingLine
      label={
        <span role="status">
          {t("The backup of {time} waits for a start of the server", {
            time: formatTime(restore.created_at),
          })}
        </span>
      }
      about={
        <>
          {tn(restore.files, "{n} file", "{n} files")}, Haulyard {restore.version}.{" "}
          {restore.ignored.length > 0 && `${t("Left out: {names}.", { names: restore.ignored.join(", ") })} `}
          {!restore.with_secrets &&
            `${t("Tokens, accounts and API keys are not in it: have the server's token at hand to come in again.")} `}
          {t(
            "Start it anew with systemctl restart haulyard, docker compose restart, or Ctrl-C and npm start.",
          )}
        </>
      }
    >
      <Button
        variant="default"
        leftSection={<Undo2 size={15} aria-hidden />}
        loading={giveUp.isPending}
        disabled={away}
        onClick={() => giveUp.mutate()}
      >
        {t("Give it up")}
      </Button>
    </SettingLine>
  );
}
