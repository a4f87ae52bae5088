import { t } from "../../words/words.ts";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingsGroup } from "../settings-group.tsx";

/** Where files go and come from, on the server's machine. */
export function FoldersSection() {
  return (
    <>
      <SettingsGroup
        title={t("Where files go")}
        about={t(
          "On the machine of the server. Other ones count from its next start on; what is there stays where it is.",
        )}
      >
        <SettingFields names={GROUPS.folders} />
      </SettingsGroup>
      <SettingsGroup title={t("Catalogues")}>
        <SettingFields names={GROUPS.catalogues} />
      </SettingsGroup>
      <SettingsGroup title={t("Files")}>
        <SettingFields names={GROUPS.files} />
      </SettingsGroup>
    </>
  );
}
