/** What a reader makes of bytes, in a form that two readings can be compared by. */
import type { Fields } from "../fields.ts";
import type { RequestMethod } from "../frame-body.ts";
import type { ResponseHead } from "../head-reader.ts";
import { ResponseReader } from "../response-reader.ts";
import type { ReadStep } from "../response-reader.ts";

export interface Observation {
  head: (Omit<ResponseHead, "fields"> & { fields: Record<string, readonly string[]> }) | null;
  /** ISO-8859-1: compares fast and prints well. */
  body: string;
  trailers: Record<string, readonly string[]> | null;
  /** `end`, the fault's code, or `more` if the bytes ran out first. */
  outcome: string;
  /** Where the message ended in all the bytes; null if it did not. */
  endedAt: number | null;
  /** What the close of the connection means at this point. */
  onClose: string;
  missingBytes: number | null;
}

/** Reads the slices one after another, as a connection would. Fails on whatever the contract rules out. */
export function observe(method: RequestMethod, slices: readonly Uint8Array[]): Observation {
  const reader = new ResponseReader(method);
  const body: Uint8Array[] = [];
  let head: ResponseHead | null = null;
  let last: ReadStep = { kind: "more" };
  let before = 0;
  for (const slice of slices) {
    // The slice lies somewhere in larger memory: what is around it is nobody's business.
    const [memory, start] = embed(slice);
    const end = start + slice.length;
    let at = start;
    for (;;) {
      const run = reader.run;
      last = reader.read(memory, at, end);
      const next = nextIndex(last, end);
      if (next < at || next > end) throw new Error(`${last.kind} leads from ${at} to ${next}, of ${end}`);
      if (last.kind === "head") head = last.head;
      if (last.kind === "body") {
        if (last.start !== at && run > 0) throw new Error("bytes of a run were left out");
        if (last.end <= last.start) throw new Error("an empty piece of body");
        body.push(memory.slice(last.start, last.end));
      }
      at = next;
      if (last.kind === "more" || last.kind === "end" || last.kind === "fault") break;
    }
    if (last.kind === "end")
      return { ...summary(head, body, last), endedAt: before + at - start, ...close(reader) };
    if (last.kind === "fault") return { ...summary(head, body, last), endedAt: null, ...close(reader) };
    before += slice.length;
  }
  return { ...summary(head, body, last), endedAt: null, ...close(reader) };
}

function nextIndex(step: ReadStep, end: number): number {
  switch (step.kind) {
    case "head":
    case "end":
      return step.at;
    case "body":
      return step.end;
    case "more":
    case "fault":
      return end;
    default:
      return step satisfies never;
  }
}

function embed(slice: Uint8Array): [Uint8Array, number] {
  const start = 7;
  // Around the slice lie bytes that would end any line: a reader that looks at them shows it.
  const memory = new Uint8Array(slice.length + 2 * start).fill(0x0a);
  memory.set(slice, start);
  return [memory, start];
}

function summary(
  head: ResponseHead | null,
  body: Uint8Array[],
  last: ReadStep,
): Pick<Observation, "head" | "body" | "trailers" | "outcome"> {
  return {
    head: head === null ? null : { ...head, fields: plain(head.fields) },
    body: Buffer.concat(body).toString("latin1"),
    trailers: last.kind === "end" ? plain(last.trailers) : null,
    outcome: last.kind === "fault" ? last.fault.code : last.kind,
  };
}

function close(reader: ResponseReader): Pick<Observation, "onClose" | "missingBytes"> {
  const step = reader.finish();
  if (step.kind !== "fault") return { onClose: step.kind, missingBytes: null };
  return { onClose: step.fault.code, missingBytes: step.fault.missingBytes };
}

function plain(fields: Fields): Record<string, readonly string[]> {
  return Object.fromEntries(fields);
}

/** Cuts bytes at the given places; places outside and doubles are fine. */
export function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [...new Set(places.map((place) => Math.min(place, bytes.length)))].sort((a, b) => a - b);
  const slices: Uint8Array[] = [];
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    slices.push(bytes.subarray(from, to));
    from = to;
  }
  return slices;
}

export function bytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}
