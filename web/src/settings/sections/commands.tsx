import { t } from "../../words/words.ts";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingsGroup } from "../settings-group.tsx";

/** What cards may have done. */
export function CommandsSection() {
  return (
    <SettingsGroup
      title={t("Cards")}
      about={t("Cards hold lines for a shell, which run as the user of the server or of the instance.")}
    >
      <SettingFields names={GROUPS.commands} />
    </SettingsGroup>
  );
}
