/** What another browser, the command line or a program has changed is asked for again at once. */
import { useQueryClient } from "@tanstack/react-query";
import type { QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import { useServer } from "./server.tsx";

/** What shows it, by what the server calls it. */
const SHOWN_BY: Readonly<Record<string, readonly QueryKey[]>> = {
  hosts: [["hosts"]],
  access: [["access"]],
  channels: [["channels"], ["after-run"]],
  models: [["models"], ["files"]],
  images: [["images"], ["image-catalogue"]],
};

export function ChangesWatch(): null {
  const { live } = useServer();
  const queries = useQueryClient();
  useEffect(() => {
    let { changes, link } = live.getSnapshot();
    const askAgain = (topics: readonly string[]): void => {
      for (const topic of topics)
        for (const queryKey of Object.hasOwn(SHOWN_BY, topic) ? (SHOWN_BY[topic] ?? []) : [])
          void queries.invalidateQueries({ queryKey });
    };
    return live.subscribe(() => {
      const now = live.getSnapshot();
      if (now.changes === changes && now.link === link) return;
      // While the server was away, nobody told us.
      const isBack = link === "away" && now.link !== "away";
      const known = changes;
      ({ changes, link } = now);
      if (isBack) askAgain(Object.keys(SHOWN_BY));
      else askAgain([...changes].flatMap(([topic, count]) => (known.get(topic) === count ? [] : [topic])));
    });
  }, [live, queries]);
  return null;
}
