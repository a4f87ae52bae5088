import { t } from "../../words/words.ts";
import { LimitEditor } from "../limits/limit-editor.tsx";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingsGroup } from "../settings-group.tsx";

/** How fast, and how much at a time. */
export function LimitsSection() {
  return (
    <>
      <SettingsGroup
        title={t("Speed")}
        about={t(
          "Of all downloads to this machine together. It holds within a second, also for what is running.",
        )}
      >
        <LimitEditor />
      </SettingsGroup>
      <SettingsGroup title={t("At a time")}>
        <SettingFields names={GROUPS.queue} />
      </SettingsGroup>
    </>
  );
}
