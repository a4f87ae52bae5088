/**
 * Reads many event streams, as a process of its own: `tools/n bench/listen-events.ts URL COUNT`. Prints a line once all
 * are open; when its standard input ends, what came as one line of JSON (`Heard`).
 */
import { connect } from "node:net";

export interface Heard {
  /** `id priority` of a job → when each stream heard of it, by the clock of the machine. Milliseconds. */
  arrivals: Record<string, number[]>;
  streams: number;
  /** Events of progress of all streams. */
  progress: number;
  bytes: number;
  /** Streams that ended before they should. */
  broken: number;
}

const JOB = Buffer.from("event: job\ndata: ");
const PROGRESS = Buffer.from("event: progress\n");
const END = Buffer.from("\n\n");

const heard: Heard = { arrivals: {}, streams: 0, progress: 0, bytes: 0, broken: 0 };

/** What comes on one stream: few of its bytes are looked at, for there are very many. */
function listen(port: number): Promise<void> {
  return new Promise((resolve) => {
    let rest = Buffer.alloc(0);
    let isOpen = false;
    const socket = connect(port, "127.0.0.1", () =>
      socket.write("GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
    );
    socket.on("data", (chunk: Buffer) => {
      const now = Date.now();
      heard.bytes += chunk.length;
      const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      // The limit is the first event of every stream.
      if (!isOpen && text.includes("event: limit")) {
        isOpen = true;
        heard.streams += 1;
        resolve();
      }
      rest = Buffer.from(text.subarray(takeJobs(text, now)));
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      heard.broken += 1;
      resolve();
    });
  });
}

/** Notes all jobs told in a text. Answers from where on it has to be looked at again with what follows. */
function takeJobs(text: Buffer, now: number): number {
  for (let at = text.indexOf(PROGRESS); at >= 0; at = text.indexOf(PROGRESS, at + PROGRESS.length))
    heard.progress += 1;
  let from = 0;
  for (;;) {
    const begin = text.indexOf(JOB, from);
    if (begin < 0) return Math.max(from, text.length - PROGRESS.length + 1);
    const end = text.indexOf(END, begin);
    if (end < 0) return begin;
    const { id, priority } = JSON.parse(text.toString("utf8", begin + JOB.length, end)) as {
      id: string;
      priority: number;
    };
    (heard.arrivals[`${id} ${priority}`] ??= []).push(now);
    from = end;
  }
}

const port = Number(new URL(process.argv[2] ?? "").port);
for (let n = 0; n < Number(process.argv[3]); n += 1) await listen(port);
console.log("open");
process.stdin.resume().on("end", () => {
  process.stdout.write(`${JSON.stringify(heard)}\n`, () => process.exit());
});
