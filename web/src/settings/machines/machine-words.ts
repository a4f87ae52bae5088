/** A machine in the words of the page. Pure. */
import type { NodeMessage } from "../../../../src/wire/nodes.ts";
import { formatAgo, formatSoon } from "../../format/time.ts";
import type { StateLook } from "../../ui/state-badge.tsx";
import { t, tn } from "../../words/words.ts";

export function kindWord({ kind }: Pick<NodeMessage, "kind">): string {
  switch (kind) {
    case "serve":
      return t("Server");
    case "worker":
      return t("Worker");
    default:
      throw kind satisfies never;
  }
}

export function stateLook({ state }: Pick<NodeMessage, "state">): StateLook {
  switch (state) {
    case "alive":
      return { label: t("At work"), tone: "ok" };
    case "draining":
      return { label: t("Finishes what it has"), tone: "warn" };
    case "drained":
      return { label: t("Rests"), tone: "warn" };
    case "away":
      return { label: t("Away"), tone: "bad" };
    default:
      throw state satisfies never;
  }
}

export function heardWords({ state, heartbeat_at: at }: NodeMessage, now: number): string {
  return state === "away" ? t("since {hour}", { hour: formatSoon(at, now) }) : formatAgo(at, now);
}

export function workWords({ running, waiting }: Pick<NodeMessage, "running" | "waiting">): string {
  const parts = [
    ...(running > 0 ? [tn(running, "{n} running", "{n} running")] : []),
    ...(waiting > 0 ? [tn(waiting, "{n} waiting", "{n} waiting")] : []),
  ];
  return parts.length === 0 ? t("None") : parts.join(", ");
}

/** What a folder of a machine is for; of a newer server there may be others. */
export function folderWord(name: string): string {
  const words = new Map([
    ["models", t("Models")],
    ["images", t("Images")],
    ["downloads", t("Downloads")],
    ["ui_home", t("UI home")],
  ]);
  return words.get(name) ?? name;
}
