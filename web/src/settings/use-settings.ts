/** The settings as the server keeps them. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { QueryClient, UseQueryResult } from "@tanstack/react-query";
import type { SettingMessage } from "../../../src/wire/settings.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { useSettingsChanges } from "../data/use-live.ts";
import { tell, tellProblem } from "../ui/notify.ts";
import { forgetNews, tellWithUndo } from "../ui/tell-with-undo.tsx";
import { t } from "../words/words.ts";
import { undoOf } from "./undo-change.ts";
import type { SettingChange } from "./undo-change.ts";
import { wordsFor } from "./setting-words.ts";

const SETTINGS_QUERY = ["settings"] as const;
/** An event tells of changes; free space, and what was missed while the server was away, shows after this at the latest. */
const LOOK_EVERY_MS = 20_000;
/** Long enough to read the news and to reach its button. */
const UNDO_MS = 10_000;

export function useSettings(): UseQueryResult<SettingMessage[]> {
  const { client } = useServer();
  const queries = useQueryClient();
  const changes = useSettingsChanges();
  useEffect(() => {
    if (changes > 0) void queries.invalidateQueries({ queryKey: SETTINGS_QUERY });
  }, [changes, queries]);
  return useQuery({
    queryKey: SETTINGS_QUERY,
    queryFn: ({ signal }) => client.settings.list(signal),
    refetchInterval: LOOK_EVERY_MS,
    refetchOnWindowFocus: true,
  });
}

/** Changes one setting at once; the news of it has a button that takes it back. */
export function useChangeSetting(setting: SettingMessage, onRefused: (message: string) => void) {
  const queries = useQueryClient();
  const { client } = useServer();
  const send = ({ name }: SettingMessage, change: SettingChange): Promise<SettingMessage[]> =>
    change.kind === "reset" ? client.settings.reset(name) : client.settings.change({ [name]: change.value });
  return useMutation({
    mutationKey: ["setting", setting.name],
    mutationFn: (change: SettingChange) => send(setting, change),
    onSuccess: async (settings) => {
      await show(queries, settings);
      const now = settings.find(({ name }) => name === setting.name);
      if (now === undefined) return;
      const back = undoOf(setting);
      const id = `setting-${setting.name}`;
      const title = t("{name} was changed", { name: wordsFor(setting).label });
      const message = now.pending ? t("It counts from the next start on.") : t("It counts from now on.");
      if (back === null) return tell(title, message, id);
      const undo = async (): Promise<void> => {
        forgetNews(id);
        try {
          await show(queries, await send(setting, back));
          tell(t("{name} is as before", { name: wordsFor(setting).label }), "", id);
        } catch (error) {
          tellProblem(t("That could not be taken back"), describeError(error).message, id);
        }
      };
      forgetNews(id);
      tellWithUndo({ id, title, message, ms: UNDO_MS, undo: () => void undo() });
    },
    onError: (error) => onRefused(withoutName(describeError(error).message)),
  });
}

/** What was asked for before must not put the old values back. */
async function show(queries: QueryClient, settings: SettingMessage[]): Promise<void> {
  await queries.cancelQueries({ queryKey: SETTINGS_QUERY });
  queries.setQueryData(SETTINGS_QUERY, settings);
}

/** The field says whose complaint it is. */
function withoutName(message: string): string {
  const rest = message.replace(/^\w+: /, "");
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
