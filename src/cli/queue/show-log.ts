/** `haulyard logs`: what the commands of a job wrote; with -f also what they go on to write, until it has ended. */
import { Unreachable } from "../../client/api-error.ts";
import type { Client } from "../../client/create-client.ts";
import { hasEnded } from "../../client/poll-jobs.ts";
import { systemClock } from "../../job/clock.ts";
import type { LogMessage } from "../../wire/requests.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { connect } from "./connect.ts";
import { explainFound, findIds } from "./find-ids.ts";
import { sayJson } from "./say-json.ts";

/** As commander gives them. */
export interface LogOptions {
  follow?: true;
  json?: true;
}

/** How often it is asked for more: as often as the server takes in what an instance sends. */
const POLL_MS = 1_000;

export async function runLogs(word: string, options: LogOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const [found] = await findIds(client, [word]);
  if (found === undefined || found.kind !== "one") {
    if (found !== undefined) terminal.tell(`haulyard: ${explainFound(found)}`);
    return found?.kind === "several" ? EXIT.usage : EXIT.notFound;
  }
  const stop = stopOnSignals({ ifUnread: true });
  try {
    return await showLog(found.id, { client, terminal, options, signal: stop.signal });
  } finally {
    stop.release();
  }
}

interface Showing {
  client: Client;
  terminal: Terminal;
  options: LogOptions;
  signal: AbortSignal;
}

async function showLog(id: string, { client, terminal, options, signal }: Showing): Promise<ExitCode> {
  const reader = new LogShower(id, client, terminal, options);
  for (;;) {
    // Asked before the log is read: what was written up to the end is not missed.
    const isLast = options.follow !== true || (await hasJobEnded(id, client));
    const open = await reader.showNew();
    if (isLast) {
      if (open !== null && options.json !== true) terminal.print(cleanText(open));
      return EXIT.done;
    }
    await systemClock.sleep(POLL_MS, signal);
    if (signal.aborted) return EXIT.interrupted;
  }
}

async function hasJobEnded(id: string, client: Client): Promise<boolean> {
  const job = await client.jobs.get(id).catch(awaitServer);
  return job !== null && hasEnded(job);
}

class LogShower {
  readonly #id: string;
  readonly #client: Client;
  readonly #terminal: Terminal;
  readonly #options: LogOptions;
  #offset = 0;
  #answered = false;

  constructor(id: string, client: Client, terminal: Terminal, options: LogOptions) {
    this.#id = id;
    this.#client = client;
    this.#terminal = terminal;
    this.#options = options;
  }

  /** Shows what was written since. Answers the line that is being written. */
  async showNew(): Promise<string | null> {
    for (;;) {
      const asking = this.#client.jobs.log(this.#id, this.#offset);
      // A server that is not there at the beginning is an error; one that goes away while we follow comes back.
      const part = this.#answered ? await asking.catch(awaitServer) : await asking;
      if (part === null) return null;
      this.#answered = true;
      this.#show(part);
      if (part.next <= this.#offset) return part.open;
      this.#offset = part.next;
    }
  }

  #show({ offset, text, next }: LogMessage): void {
    if (text === "") return;
    if (this.#options.json === true) return sayJson(this.#terminal, { offset, text, next });
    const missing = offset - this.#offset;
    if (missing > 0) this.#terminal.tell(`haulyard: ${missing} bytes before this are no longer kept.`);
    for (const line of text.replace(/\n$/, "").split("\n")) this.#terminal.print(cleanText(line));
  }
}

function awaitServer(error: unknown): null {
  if (error instanceof Unreachable) return null;
  throw error;
}
