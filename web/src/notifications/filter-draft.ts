/** What is written in the form of what a channel is told, and what becomes of it. Pure. */
import type { ChannelChangeRequest, ChannelMessage } from "../../../src/wire/notifications.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";
import type { EventName } from "./channel-draft.ts";

/** Lists are separated by commas; an empty one leaves nothing out. */
export interface FilterDraft {
  name: string;
  events: string;
  /** Ids. */
  places: string;
  /** Sets of the model catalogue. */
  sets: string;
  /** Seconds. */
  digest: string;
  /** `yes`: a command that is run only after downloads that ask for it. */
  named: string;
}

export function toFilterDraft(channel: ChannelMessage): FilterDraft {
  const { name, events, places, sets, digest_seconds, named } = channel;
  return {
    name,
    events: events.join(","),
    places: (places ?? []).join(","),
    sets: (sets ?? []).join(", "),
    digest: String(digest_seconds),
    named: named ? "yes" : "",
  };
}

export function checkFilter({ name, events }: FilterDraft): DraftErrors<FilterDraft> {
  return {
    ...(name.trim() === "" ? { name: t("This is needed.") } : {}),
    ...(events === "" ? { events: t("Choose at least one.") } : {}),
  };
}

/** What is another thing than before, and nothing else; null if all is as it was. */
export function toFilterChange(before: FilterDraft, after: FilterDraft): ChannelChangeRequest | null {
  const is = (field: keyof FilterDraft): boolean => before[field] !== after[field];
  const change: ChannelChangeRequest = {
    ...(is("name") ? { name: after.name.trim() } : {}),
    ...(is("events") ? { events: after.events.split(",") as EventName[] } : {}),
    ...(is("places") ? { places: listOf(after.places) } : {}),
    ...(is("sets") ? { sets: listOf(after.sets) } : {}),
    ...(is("digest") ? { digest_seconds: Number(after.digest) } : {}),
    ...(is("named") ? { named: after.named !== "" } : {}),
  };
  return Object.keys(change).length === 0 ? null : change;
}

/** The field of the form that the server means. */
export function toFilterField(field: string | null): keyof FilterDraft | null {
  const name = field?.replace(/\.\d+$/, "");
  if (name === "digest_seconds") return "digest";
  switch (name) {
    case "name":
    case "events":
    case "places":
    case "sets":
    case "named":
      return name;
    default:
      return null;
  }
}

function listOf(text: string): string[] | null {
  const words = text
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
  return words.length === 0 ? null : words;
}
