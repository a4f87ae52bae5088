import { t } from "../../words/words.ts";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingsGroup } from "../settings-group.tsx";

/** What the services that have files want to see. */
export function TokensSection() {
  return (
    <>
      <SettingsGroup
        title={t("For downloads")}
        about={t("They are kept by the server and never shown again. Each goes to its own service only.")}
      >
        <SettingFields names={GROUPS.tokens} />
      </SettingsGroup>
      <SettingsGroup
        title={t("Services")}
        about={t(
          "Set where the server is started: whoever could change them here could have the tokens sent elsewhere.",
        )}
      >
        <SettingFields names={GROUPS.services} />
      </SettingsGroup>
    </>
  );
}
