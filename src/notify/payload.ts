/** What programs get: the body of webhooks, and the standard input of commands. docs/notifications.md describes it. */
import { countOf } from "../job/notify/digest.ts";
import type { Wording } from "../job/notify/digest.ts";
import type { Notice } from "../job/notify/notice.ts";
import type { Parcel } from "./deliver.ts";

export function payloadOf({ at, digest, isTest }: Parcel, { title, lines }: Wording): object {
  return {
    type: isTest ? "haulyard.test" : "haulyard.events",
    timestamp: new Date(at).toISOString(),
    data: {
      title,
      text: lines.join("\n"),
      counts: digest.counts,
      events: digest.first.map(toEvent),
      more: countOf(digest) - digest.first.length,
    },
  };
}

function toEvent({ kind, at, subject }: Notice): object {
  const event = { event: kind, at: new Date(at).toISOString() };
  if (subject.kind === "disk") {
    const { place, folder, freeBytes } = subject;
    return { ...event, disk: { place, folder, free_bytes: freeBytes } };
  }
  const { id, name, place, placeLabel, set, path, bytes, message, code } = subject;
  return {
    ...event,
    job: { id, name, place, place_label: placeLabel, set, path, bytes },
    ...(message === null ? {} : { problem: { code, message } }),
  };
}
