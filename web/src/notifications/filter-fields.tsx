/** What of all that happens a channel is told, and how much at once. */
import { Checkbox, NativeSelect } from "@mantine/core";
import { t } from "../words/words.ts";
import { EVENTS } from "./channel-draft.ts";
import { EVENT_WORDS } from "./channel-words.ts";

/** In seconds, as the field offers them. */
const TIMES: ReadonlySet<string> = new Set(["0", "10", "300", "3600", "86400"]);

interface DigestProps {
  /** Seconds. */
  value: string;
  fill: (some: { digest: string }) => void;
}

export function DigestField({ value, fill }: DigestProps) {
  return (
    <NativeSelect
      label={t("Many at once")}
      description={t("What happens within this time is one message.")}
      value={value}
      data={[
        // Another time can be set by the API: it is not to be lost by looking at it.
        ...(TIMES.has(value) ? [] : [{ value, label: t("{n} seconds", { n: value }) }]),
        { value: "0", label: t("A message for each") },
        { value: "10", label: t("10 seconds") },
        { value: "300", label: t("5 minutes") },
        { value: "3600", label: t("1 hour") },
        { value: "86400", label: t("1 day") },
      ]}
      onChange={({ currentTarget }) => fill({ digest: currentTarget.value })}
    />
  );
}

interface NamedProps {
  /** `yes` or nothing. */
  value: string;
  error: string | undefined;
  fill: (some: { named: string }) => void;
}

/** Of a command: who decides when it is run. */
export function NamedField({ value, error, fill }: NamedProps) {
  return (
    <Checkbox
      name="named"
      label={t("Run it only after downloads that ask for it")}
      description={t("By its name, when they are added. Events, places and sets do not count then.")}
      error={error}
      checked={value !== ""}
      onChange={({ currentTarget: { checked } }) => fill({ named: checked ? "yes" : "" })}
    />
  );
}

interface EventsProps {
  value: string;
  error: string | undefined;
  fill: (some: { events: string }) => void;
}

export function EventsField({ value, error, fill }: EventsProps) {
  return (
    <Checkbox.Group
      label={t("What is told")}
      error={error}
      value={value.split(",").filter(Boolean)}
      onChange={(chosen) => fill({ events: EVENTS.filter((event) => chosen.includes(event)).join(",") })}
    >
      <div className="channel-events">
        {EVENTS.map((event, index) => (
          <Checkbox
            key={event}
            // The first is where the form goes if none is chosen.
            name={index === 0 ? "events" : undefined}
            value={event}
            label={EVENT_WORDS[event]}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}
