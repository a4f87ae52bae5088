/** Events as bytes. However many streams there are, each event becomes bytes once. */
import type { FeedItem } from "../engine/engine-contract.ts";
import type { ServerEvent } from "../wire/events.ts";
import { toJobMessage } from "../wire/job-message.ts";
import { toProgressMessage } from "../wire/progress-message.ts";
import { momentOf } from "./routes/tell-job.ts";
import type { TellParts } from "./routes/tell-job.ts";

/** What a job waits for depends on the hour: a text is good for this long. */
const GOOD_FOR_MS = 1_000;

type SharedItem = Extract<FeedItem, { kind: "job" | "progress" }>;
type PlainEvent = Exclude<ServerEvent, { type: "snapshot" }>;

interface Encoded {
  bytes: Buffer;
  /** For which moment; null: for any. */
  at: string | null;
  until: number;
}

export class EventEncoder {
  readonly #parts: TellParts;
  /** By the job or the list that the feed gives to everybody: what nobody holds any more is forgotten. */
  readonly #known = new WeakMap<object, Encoded>();

  constructor(parts: TellParts) {
    this.#parts = parts;
  }

  encode(item: SharedItem): Buffer {
    return item.kind === "job" ? this.#encodeJob(item) : this.#encodeProgress(item);
  }

  #encodeJob({ job, cursor }: Extract<SharedItem, { kind: "job" }>): Buffer {
    const moment = momentOf(this.#parts);
    const { version } = this.#parts.engine.machines();
    const at = `${cursor} ${String(moment.hours.open)} ${String(moment.hours.until)} ${version}`;
    const known = this.#known.get(job);
    if (known !== undefined && known.at === at && moment.now < known.until) return known.bytes;
    const bytes = encodeEvent({ type: "job", data: toJobMessage(job, moment) }, cursor);
    this.#known.set(job, { bytes, at, until: moment.now + GOOD_FOR_MS });
    return bytes;
  }

  #encodeProgress({ jobs }: Extract<SharedItem, { kind: "progress" }>): Buffer {
    const known = this.#known.get(jobs);
    if (known !== undefined) return known.bytes;
    const told = jobs.map(({ id, progress }) => ({ id, progress: toProgressMessage(progress, false) }));
    const bytes = encodeEvent({ type: "progress", data: { jobs: told } }, null);
    this.#known.set(jobs, { bytes, at: null, until: Infinity });
    return bytes;
  }
}

/** @param id null: not a place to go on from */
export function encodeEvent({ type, data }: PlainEvent, id: number | null): Buffer {
  const line = id === null ? "" : `id: ${id}\n`;
  return Buffer.from(`${line}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}
