import { t } from "../../words/words.ts";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingsGroup } from "../settings-group.tsx";

/** How the server reaches others, and is reached. */
export function NetworkSection() {
  return (
    <>
      <SettingsGroup title={t("Proxies")} about={t("Other ones count from the next start of the server on.")}>
        <SettingFields names={GROUPS.proxies} />
      </SettingsGroup>
      <SettingsGroup title={t("Where the server listens")} about={t("Set where the server is started.")}>
        <SettingFields names={GROUPS.address} />
      </SettingsGroup>
    </>
  );
}
