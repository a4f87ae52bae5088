import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import type { GroupDetailsMessage, GroupMessage } from "../../../src/wire/groups.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { usePlaceNames } from "../data/use-place-names.ts";
import { formatBytes } from "../format/bytes.ts";
import { formatPercent } from "../format/percent.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { t } from "../words/words.ts";
import { BAR_TONE, fractionOf, stageOf, troublesOf, wantedOf } from "./group-words.ts";
import "./group-places.css";

/** Bytes move all the time; no event tells of them by place. */
const LOOK_EVERY_MS = 2_000;

type Part = GroupDetailsMessage["by_place"][number];

/** How far it is at each of its places; each leads to its downloads there. */
export function GroupPlaces({ group }: { group: GroupMessage }) {
  const { client } = useServer();
  const nameOf = usePlaceNames();
  const details = useQuery({
    // Its counts tell when those of its places are others.
    queryKey: ["group-places", group.id, group.counts],
    queryFn: ({ signal }) => client.groups.get(group.id, signal),
    refetchInterval: group.status === "RUNNING" ? LOOK_EVERY_MS : false,
    placeholderData: (before) => before,
    gcTime: 0,
    retry: false,
  });
  if (details.data === undefined) {
    const why = details.error === null ? t("Looking it up…") : describeError(details.error).message;
    return <p className="group-places group-places_empty dim">{why}</p>;
  }
  return (
    // What scrolls has to be reachable by keyboard (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <ul className="group-places" aria-label={t("Places of {name}", { name: group.name })} tabIndex={0}>
      {details.data.by_place.map((part) => (
        <PlaceLine
          key={`${part.place.kind} ${part.place.name}`}
          group={group.id}
          part={part}
          name={nameOf(part.place)}
        />
      ))}
    </ul>
  );
}

function PlaceLine({ group, part, name }: { group: string; part: Part; name: string }) {
  const [trouble] = troublesOf(part);
  return (
    <li className="group-place">
      <Link
        className="group-place__name truncate"
        to="/downloads"
        search={{ group, place: part.place.name }}
        resetScroll={false}
        title={t("Show its downloads at {name}", { name })}
        dir="auto"
      >
        {name}
      </Link>
      <ProgressBar
        label={t("Progress of {name}", { name })}
        fraction={fractionOf(part)}
        valueText={t("{percent}, {done} of {total}", {
          percent: formatPercent(part.percent),
          done: formatBytes(part.bytes_done),
          total: part.unknown > 0 ? t("unknown size") : formatBytes(part.bytes_total),
        })}
        tone={BAR_TONE[part.status]}
        moving={part.status === "RUNNING"}
        thin
      />
      <span className="group-place__percent">{formatPercent(part.percent)}</span>
      <span className="group-place__stage" data-tone={trouble?.tone}>
        {trouble?.text ?? stageOf(part)}
      </span>
      <span className="group-place__count dim">
        {t("{done} of {all}", { done: part.counts.COMPLETE, all: wantedOf(part) })}
      </span>
    </li>
  );
}
