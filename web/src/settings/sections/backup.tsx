import { Checkbox } from "@mantine/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { describeError } from "../../data/describe-error.ts";
import { useServer } from "../../data/server.tsx";
import { Button } from "../../ui/button.tsx";
import { tell, tellProblem } from "../../ui/notify.ts";
import { t } from "../../words/words.ts";
import { saveBackup } from "../save-backup.ts";
import { SettingLine } from "../setting-line.tsx";
import { SettingsGroup } from "../settings-group.tsx";
import { RestoreGroup } from "./restore-group.tsx";

/** Everything the server knows as one file, and how it is put back. */
export function BackupSection() {
  return (
    <>
      <BackupGroup />
      <RestoreGroup />
    </>
  );
}

function BackupGroup() {
  const { client } = useServer();
  const [withSecrets, setWithSecrets] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      tell(t("The backup is in your downloads"), await saveBackup(client, withSecrets), "backup");
    } catch (error) {
      tellProblem(t("There is no backup"), describeError(error).message, "backup");
    } finally {
      setBusy(false);
    }
  };
  return (
    <SettingsGroup
      title={t("Backup")}
      about={t(
        "Queue, history, instances, accepted host keys, catalogues, cards and settings in one file, made while the server works. Downloaded files are not in it.",
      )}
    >
      <SettingLine
        label={t("Secrets")}
        about={t(
          "Tokens, accounts, API keys and signed addresses. Needed to move to another machine; keep such a file safe.",
        )}
      >
        <Checkbox
          label={t("Take secrets along")}
          checked={withSecrets}
          onChange={(event) => setWithSecrets(event.currentTarget.checked)}
        />
      </SettingLine>
      <SettingLine label={t("Make a backup")} about={t("Without secrets it may lie anywhere.")}>
        <Button
          variant="default"
          leftSection={<Download size={15} aria-hidden />}
          loading={isBusy}
          onClick={() => void save()}
        >
          {t("Download")}
        </Button>
      </SettingLine>
    </SettingsGroup>
  );
}
