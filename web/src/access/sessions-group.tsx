import { Button } from "@mantine/core";
import type { SessionMessage } from "../../../src/wire/access.ts";
import { useNow } from "../data/use-now.ts";
import { formatAgo } from "../format/time.ts";
import { SettingLine } from "../settings/setting-line.tsx";
import { SettingsGroup } from "../settings/settings-group.tsx";
import { t } from "../words/words.ts";
import { agentWords } from "./agent-words.ts";
import { useAccessChange } from "./use-access.ts";

/** Browsers that somebody signed in with. */
export function SessionsGroup({ sessions }: { sessions: readonly SessionMessage[] }) {
  const end = useAccessChange((access, id: string) => access.endSession(id), {
    title: t("The session could not be ended"),
    atOnce: { list: "sessions", to: (each: SessionMessage, id) => (each.id === id ? [] : [each]) },
  });
  const now = useNow("minute");
  return (
    <SettingsGroup title={t("Sessions")} about={t("Browsers that somebody has signed in with.")}>
      {sessions.map((session) => (
        <SettingLine
          key={session.id}
          label={session.current ? t("{name}, this browser", { name: session.account }) : session.account}
          about={[
            session.address,
            t("used {time}", { time: formatAgo(session.last_used_at, now) }),
            agentWords(session.agent),
          ].join(" · ")}
        >
          {!session.current && (
            <Button size="xs" variant="default" onClick={() => end.mutate(session.id)}>
              {t("End")}
            </Button>
          )}
        </SettingLine>
      ))}
      {sessions.length === 0 && <p className="settings-group__note">{t("There are none.")}</p>}
    </SettingsGroup>
  );
}
