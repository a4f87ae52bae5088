/** A host in the words of the terminal. Pure. */
import { formatLabels } from "../../job/labels.ts";
import type { HostMessage } from "../../wire/hosts.ts";
import { shortId } from "../queue/job-words.ts";
import { cleanText } from "../screen/clean-text.ts";
import { formatBytes, formatDuration } from "../screen/format.ts";

export function hostLine(host: HostMessage): string {
  return `${shortId(host.id)}  ${cleanText(host.label)}  ${cleanText(host.connection)}`;
}

export function placeWord({ user, address, port }: HostMessage): string {
  const name = address.includes(":") ? `[${address}]` : address;
  return cleanText(`${user === null ? "" : `${user}@`}${name}:${port}`);
}

export function freeWord({ free_bytes }: HostMessage): string {
  return free_bytes === null ? "" : formatBytes(free_bytes);
}

export function seenWord({ last_seen_at }: HostMessage, now: number): string {
  if (last_seen_at === null) return "never";
  const seconds = Math.max(0, (now - Date.parse(last_seen_at)) / 1000);
  return seconds < 60 ? "now" : `${formatDuration(seconds)} ago`;
}

/** What a person should know or do. */
export function hostNote({ question, tools, tags, needs }: HostMessage): string {
  if (question !== null)
    return question.changed ? "its key has changed: hosts verify" : "asks about its key: hosts verify";
  const found = tools.map(({ tool }) => tool).filter((tool) => tool !== "busybox" && tool !== "sha256sum");
  const asks = Object.keys(needs).length === 0 ? [] : [`needs ${formatLabels(needs)}`];
  return cleanText([...asks, ...tags.map((tag) => `#${tag}`), ...found].join(" "));
}
