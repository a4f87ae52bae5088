import type { BodySink } from "./body-sink.ts";

/** Gives bytes that are in memory already to a sink, waiting where it asks for it. False if it wants no more. */
export async function pour(sink: BodySink, bytes: Uint8Array): Promise<boolean> {
  for (let at = 0; at < bytes.length;) {
    const room = sink.room();
    if (room === null) {
      if ((await sink.ready()) === "stop") return false;
      continue;
    }
    const length = Math.min(room.length, bytes.length - at);
    room.set(bytes.subarray(at, at + length));
    at += length;
    const verdict = sink.filled(length);
    if (verdict === "stop" || (verdict === "wait" && (await sink.ready()) === "stop")) return false;
  }
  return true;
}
