import { Link } from "@tanstack/react-router";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { useJob } from "../data/use-live.ts";
import { formatExactBytes, formatSpeed } from "../format/bytes.ts";
import { checksumWords, expectedChecksum } from "../format/checksum-words.ts";
import { formatDuration } from "../format/duration.ts";
import { transferOf } from "../format/source-host.ts";
import { tellsBytes } from "../format/tells-bytes.ts";
import { formatTime, secondsBetween } from "../format/time.ts";
import { useGroups } from "../groups/use-groups.ts";
import { JobLimit } from "../limit/job-limit.tsx";
import { rateWord } from "../limit/limit-words.ts";
import { Fact } from "./fact.tsx";
import { t } from "../words/words.ts";

/** Where from, where to, how big, how sure. */
export function JobFacts({ job }: { job: JobMessage }) {
  const url = transferOf(job)?.url ?? null;
  const { progress } = job;
  return (
    <section aria-label={t("Facts")}>
      <dl className="facts">
        {job.destination !== null && (
          <Fact name={t("Saved to")} copy={{ text: job.destination, what: t("the path") }}>
            <code>{job.destination}</code>
          </Fact>
        )}
        {url !== null && (
          <Fact name={t("Address")} copy={{ text: url, what: t("the address") }}>
            <code>{url}</code>
          </Fact>
        )}
        {job.source.kind !== "url" && (
          <Fact name={t("Asked for as")}>
            {job.source.kind} {job.source.text}
          </Fact>
        )}
        <WaitingFact job={job} />
        <NeighbourFact job={job} />
        {job.run_now && <Fact name={t("Hours")}>{t("It runs at any hour")}</Fact>}
        {(tellsBytes(job) || job.status !== "COMPLETE") && (
          <Fact name={t("Size")}>
            {progress.bytes_total === null
              ? t("Unknown until the end")
              : formatExactBytes(progress.bytes_total)}
          </Fact>
        )}
        {progress.connections > 0 && <Fact name={t("Connections")}>{progress.connections}</Fact>}
        <ChecksumFact job={job} />
        {job.place.kind === "ssh" && <Fact name={t("On")}>{job.place.name}</Fact>}
        {progress.attempt > 1 && <Fact name={t("Fresh starts")}>{progress.attempt - 1}</Fact>}
        {job.groups.length > 0 && <GroupsFact ids={job.groups} />}
        {job.priority !== 0 && <Fact name={t("Priority")}>{job.priority}</Fact>}
        {job.status === "COMPLETE" ? (
          job.limit_rate !== null && <Fact name={t("Limited to")}>{rateWord(job.limit_rate)}</Fact>
        ) : (
          <Fact name={t("Limit")}>
            <JobLimit job={job} />
          </Fact>
        )}
        {job.after_run !== null && <Fact name={t("Run afterwards")}>{job.after_run}</Fact>}
        <TimeFacts job={job} />
        <Fact name={t("Id")} copy={{ text: job.id, what: t("the id") }}>
          <code>{job.id}</code>
        </Fact>
      </dl>
    </section>
  );
}

/** The groups it is in; each leads to its downloads. */
function GroupsFact({ ids }: { ids: readonly string[] }) {
  const { entries } = useGroups();
  const known = entries.filter(({ id }) => ids.includes(id));
  if (known.length === 0) return null;
  return (
    <Fact name={known.length === 1 ? t("Group") : t("Groups")}>
      {known.map(({ id, name }, index) => (
        <span key={id}>
          {index > 0 && ", "}
          <Link
            to="/downloads"
            search={({ job: open }) => ({ group: id, ...(open === undefined ? {} : { job: open }) })}
            dir="auto"
          >
            {name}
          </Link>
        </span>
      ))}
    </Fact>
  );
}

/** What a job waits for that nobody has to do anything about. */
function WaitingFact({ job: { waiting } }: { job: JobMessage }) {
  const other = useJob(waiting?.job ?? null);
  if (waiting?.why === "turn")
    return <Fact name={t("Waits for")}>{t("its turn: as many run there as may, or others go first")}</Fact>;
  if (waiting?.why === "site") {
    const { node: name = "", site = "", job: id } = waiting;
    return (
      <Fact name={t("Waits for")}>
        {id === null ? (
          name
        ) : (
          <Link to="/downloads" search={(before) => ({ ...before, job: id })}>
            {name}
          </Link>
        )}
        {", "}
        {t("which fetches it for site {site}; then it comes from there", { site })}
      </Fact>
    );
  }
  if (waiting?.why !== "after") return null;
  return (
    <Fact name={t("Waits for")}>{t("the end of {name}", { name: other?.name ?? waiting.job ?? "" })}</Fact>
  );
}

/** Where its bytes come from, if not from its address. */
function NeighbourFact({ job: { status, progress } }: { job: JobMessage }) {
  const { from_node: name } = progress;
  if (name === undefined || (status !== "RUNNING" && status !== "COMPLETE")) return null;
  return (
    <Fact name={status === "COMPLETE" ? t("Came from") : t("Comes from")}>
      {t("{name}, of the same site", { name })}
    </Fact>
  );
}

function ChecksumFact({ job }: { job: JobMessage }) {
  const hash = job.checksum?.state === "verified" ? job.checksum : expectedChecksum(job);
  const { sentence } = checksumWords(job);
  if (hash === null) return <Fact name={t("Checksum")}>{sentence}</Fact>;
  return (
    <Fact
      name={t("Checksum")}
      copy={{ text: hash.hex, what: t("the {algorithm}", { algorithm: hash.algorithm }) }}
    >
      {sentence}
      <br />
      <code>{hash.hex}</code>
    </Fact>
  );
}

function TimeFacts({ job }: { job: JobMessage }) {
  const seconds = secondsBetween(job.started_at, job.ended_at);
  const bytes = job.progress.bytes_done;
  const average =
    seconds !== null && seconds >= 1 && bytes > 0
      ? `, ${t("{speed} on average", { speed: formatSpeed(bytes / seconds) })}`
      : "";
  return (
    <>
      <Fact name={t("Added")}>{formatTime(job.created_at)}</Fact>
      {job.started_at !== null && <Fact name={t("Started")}>{formatTime(job.started_at)}</Fact>}
      {job.ended_at !== null && <Fact name={t("Ended")}>{formatTime(job.ended_at)}</Fact>}
      {seconds !== null && (
        <Fact name={t("Took")}>
          {formatDuration(seconds)}
          {average}
        </Fact>
      )}
    </>
  );
}
