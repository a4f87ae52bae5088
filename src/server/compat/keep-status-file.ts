/** `.download_status.json`: shows old system B's programs what `/status` shows, and takes an old one over. */
import { join } from "node:path";
import { isStoreUnreachable } from "../../job/store-contract.ts";
import { keepFollowing } from "../../engine/keep-following.ts";
import type { ServerParts } from "../parts.ts";
import { importEntry } from "./import-status.ts";
import { MirrorFile } from "./mirror-file.ts";
import { shorten, tellLeft, toText, touchOnChange } from "./mirror-words.ts";
import type { StatusBook } from "./status-book.ts";
import { textOfObject } from "./entries-text.ts";
import { isForgotten, parseStatusFile, readEntry } from "./status-entry.ts";
import type { RawEntries } from "./status-entry.ts";

const FILE = ".download_status.json";
const IMPORTED = `imported:${FILE}`;

type Parts = Pick<
  ServerParts,
  "engine" | "catalog" | "plan" | "inspect" | "facts" | "problems" | "clock" | "logger" | "settings"
>;

export interface StatusFile {
  close(): Promise<void>;
}

export async function keepStatusFile(parts: Parts, book: StatusBook): Promise<StatusFile> {
  const { clock, problems, facts, settings } = parts;
  let isFirst = (await facts.getFact(IMPORTED)) === null;
  // Entries that are not the store's: carried along, so that the file never holds less than it did.
  const foreign: RawEntries = new Map();
  const mirror = new MirrorFile({
    path: join(settings.downloadsDir, FILE),
    clock,
    problems,
    empty: toText({}),
    render: async () => {
      dropForgotten(foreign, parts);
      return textOfObject(new Map([...foreign, ...(await book.entries())]));
    },
    takeIn: (text) => {
      const entries = parseStatusFile(text);
      if ("refusal" in entries) return entries.refusal;
      foreign.clear();
      for (const [destination, value] of entries) {
        // What this server wrote is known to the store, or was removed from it; but a new store knows nothing.
        if (isFirst || !isOurs(value)) foreign.set(destination, value);
      }
      return null;
    },
  });
  const stopping = new AbortController();
  await mirror.open();
  const work = Promise.all([
    isFirst ? keepFollowing(takeOver, stopping.signal, complain) : null,
    keepFollowing((signal) => touchOnChange([mirror], parts.engine, signal), stopping.signal, complain),
    keepFollowing((signal) => book.follow(signal), stopping.signal, complain),
  ]);
  mirror.touch();
  return {
    async close() {
      stopping.abort();
      await work;
      await mirror.close();
    },
  };

  async function takeOver(signal: AbortSignal): Promise<void> {
    await importAll(foreign, mirror, parts, signal);
    isFirst = false;
  }

  function complain(error: unknown): void {
    parts.logger.error({ err: error }, `${FILE} could not be kept up to date; it is tried again`);
  }
}

/** Takes over what an old system left. Runs beside the server: it may have to ask others. */
async function importAll(
  foreign: RawEntries,
  mirror: MirrorFile,
  parts: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { facts, problems, logger } = parts;
  const left: string[] = [];
  let taken = 0;
  for (const [destination, value] of foreign) {
    if (signal.aborted) return;
    try {
      const outcome = await importEntry(destination, value, parts, signal);
      if (outcome.kind === "kept") left.push(`${shorten(destination)}: ${outcome.why}`);
      else foreign.delete(destination);
      if (outcome.kind === "taken") taken += 1;
    } catch (error) {
      if (signal.aborted) return;
      // It says nothing about the entry, which has its turn when the store is back.
      if (isStoreUnreachable(error)) throw error;
      logger.error({ err: error, destination }, "an entry of the old status file could not be taken over");
      left.push(`${shorten(destination)}: an error that nobody expected, the log has it`);
    }
    mirror.touch();
  }
  // Cut short: what is left is for the next start.
  if (signal.aborted) return;
  if (taken + left.length > 0) logger.info({ taken, left: left.length }, `took over an old ${FILE}`);
  if (left.length > 0)
    problems.report(IMPORTED, {
      code: "entries_not_imported",
      message: tellLeft(`Entries of the old ${FILE}`, left),
    });
  // Only once the file says so too: else a crash in between would leave entries that nobody owns.
  if (await mirror.flush()) await facts.setFact(IMPORTED, new Date(parts.clock.now()).toISOString());
}

function dropForgotten(entries: RawEntries, { clock, settings }: Parts): void {
  for (const [destination, value] of entries) {
    const entry = readEntry(destination, value);
    if (!("refusal" in entry) && isForgotten(entry, clock.now(), settings.retentionMs))
      entries.delete(destination);
  }
}

function isOurs(value: unknown): boolean {
  return typeof value === "object" && value !== null && "job_id" in value;
}
