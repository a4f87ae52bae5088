import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { May } from "../../access/may.tsx";
import { useServer } from "../../data/server.tsx";
import { formatTime } from "../../format/time.ts";
import { t } from "../../words/words.ts";
import { Examination } from "../about/examination.tsx";
import { SettingLine } from "../setting-line.tsx";
import { SettingsGroup } from "../settings-group.tsx";

/** Which Haulyard this is, where its interface is described, and how the installation fares. */
export function AboutSection() {
  const { client } = useServer();
  const { data: health } = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => client.health(signal),
  });
  return (
    <>
      <SettingsGroup title="Haulyard">
        <SettingLine label={t("Version")}>{health?.version ?? "–"}</SettingLine>
        <SettingLine label={t("Running since")}>
          {health?.started_at === undefined ? "–" : formatTime(health.started_at)}
        </SettingLine>
        <SettingLine label={t("Licence")}>MIT</SettingLine>
        <SettingLine
          label={t("Manual")}
          about={t("How everything is used, and what to do when something fails.")}
        >
          <a className="settings-link" href="manual/" target="_blank" rel="noreferrer">
            {t("Open the manual")}
            <ExternalLink size={13} aria-hidden />
          </a>
        </SettingLine>
        <SettingLine label={t("Interface")} about={t("What programs can ask this server for.")}>
          <a className="settings-link" href="docs" target="_blank" rel="noreferrer">
            {t("Documentation")}
            <ExternalLink size={13} aria-hidden />
          </a>
          <a className="settings-link" href="openapi.json" target="_blank" rel="noreferrer">
            {t("OpenAPI description")}
            <ExternalLink size={13} aria-hidden />
          </a>
        </SettingLine>
      </SettingsGroup>
      <May to="GET /doctor">
        <Examination />
      </May>
    </>
  );
}
