import type { BodyEnd, BodySource } from "./http-answer.ts";

export type BodyReading =
  | { kind: "whole"; bytes: Uint8Array }
  /** There is more than the limit; these are its first bytes. */
  | { kind: "too_long"; bytes: Uint8Array }
  | Exclude<BodyEnd, { kind: "ended" }>;

/** Reads a body into memory, no further than the limit. */
export async function readBody(
  body: BodySource,
  limitBytes: number,
  signal: AbortSignal,
): Promise<BodyReading> {
  const enough = new AbortController();
  const pieces: Uint8Array[] = [];
  let length = 0;
  const end = await body.deliver(
    (bytes) => {
      const room = limitBytes - length;
      length += bytes.length;
      if (room > 0) pieces.push(Buffer.from(bytes.subarray(0, room))); // they are only lent
      if (length > limitBytes) enough.abort();
      return undefined;
    },
    AbortSignal.any([signal, enough.signal]),
  );
  if (length > limitBytes) return { kind: "too_long", bytes: Buffer.concat(pieces) };
  return end.kind === "ended" ? { kind: "whole", bytes: Buffer.concat(pieces) } : end;
}
