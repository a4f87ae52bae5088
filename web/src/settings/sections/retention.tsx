import { t } from "../../words/words.ts";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingsGroup } from "../settings-group.tsx";

/** How long is waited, and how long remembered. */
export function RetentionSection() {
  return (
    <>
      <SettingsGroup title={t("History")}>
        <SettingFields names={GROUPS.retention} />
      </SettingsGroup>
      <SettingsGroup
        title={t("Stalls")}
        about={t("What failed for this is tried again by the rules for retries.")}
      >
        <SettingFields names={GROUPS.stalls} />
      </SettingsGroup>
    </>
  );
}
