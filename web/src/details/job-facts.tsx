import type { JobMessage } from "../../../src/wire/job-message.ts";
import { formatExactBytes, formatSpeed } from "../format/bytes.ts";
import { checksumWords, expectedChecksum } from "../format/checksum-words.ts";
import { formatDuration } from "../format/duration.ts";
import { transferOf } from "../format/source-host.ts";
import { formatTime, secondsBetween } from "../format/time.ts";
import { JobLimit } from "../limit/job-limit.tsx";
import { rateWord } from "../limit/limit-words.ts";
import { Fact } from "./fact.tsx";

/** Where from, where to, how big, how sure. */
export function JobFacts({ job }: { job: JobMessage }) {
  const url = transferOf(job)?.url ?? null;
  const { progress } = job;
  return (
    <section aria-label="Facts">
      <dl className="facts">
        {job.destination !== null && (
          <Fact name="Saved to" copy={{ text: job.destination, what: "the path" }}>
            <code>{job.destination}</code>
          </Fact>
        )}
        {url !== null && (
          <Fact name="Address" copy={{ text: url, what: "the address" }}>
            <code>{url}</code>
          </Fact>
        )}
        {job.source.kind !== "url" && (
          <Fact name="Asked for as">
            {job.source.kind} {job.source.text}
          </Fact>
        )}
        <Fact name="Size">
          {progress.bytes_total === null ? "Unknown until the end" : formatExactBytes(progress.bytes_total)}
        </Fact>
        {progress.connections > 0 && <Fact name="Connections">{progress.connections}</Fact>}
        <ChecksumFact job={job} />
        {job.place.kind === "ssh" && <Fact name="On">{job.place.name}</Fact>}
        {progress.attempt > 1 && <Fact name="Fresh starts">{progress.attempt - 1}</Fact>}
        {job.priority !== 0 && <Fact name="Priority">{job.priority}</Fact>}
        {job.status === "COMPLETE" ? (
          job.limit_rate !== null && <Fact name="Limited to">{rateWord(job.limit_rate)}</Fact>
        ) : (
          <Fact name="Limit">
            <JobLimit job={job} />
          </Fact>
        )}
        <TimeFacts job={job} />
        <Fact name="Id" copy={{ text: job.id, what: "the id" }}>
          <code>{job.id}</code>
        </Fact>
      </dl>
    </section>
  );
}

function ChecksumFact({ job }: { job: JobMessage }) {
  const hash = job.checksum?.state === "verified" ? job.checksum : expectedChecksum(job);
  const { sentence } = checksumWords(job);
  if (hash === null) return <Fact name="Checksum">{sentence}</Fact>;
  return (
    <Fact name="Checksum" copy={{ text: hash.hex, what: `the ${hash.algorithm}` }}>
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
    seconds !== null && seconds >= 1 && bytes > 0 ? `, ${formatSpeed(bytes / seconds)} on average` : "";
  return (
    <>
      <Fact name="Added">{formatTime(job.created_at)}</Fact>
      {job.started_at !== null && <Fact name="Started">{formatTime(job.started_at)}</Fact>}
      {job.ended_at !== null && <Fact name="Ended">{formatTime(job.ended_at)}</Fact>}
      {seconds !== null && (
        <Fact name="Took">
          {formatDuration(seconds)}
          {average}
        </Fact>
      )}
    </>
  );
}
