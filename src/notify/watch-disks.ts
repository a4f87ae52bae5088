/** Says once that a disk is getting full, and again only after there was space in between. */
import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../job/clock.ts";
import { judgeDisk } from "../job/notify/disk-alarm.ts";
import type { NoticeStore } from "../job/notify/notify-contract.ts";

export interface WatchParts {
  store: Pick<NoticeStore, "note">;
  /** What was told outlives a restart. */
  facts: { getFact(key: string): Promise<string | null>; setFact(key: string, value: string): Promise<void> };
  clock: Clock;
  node: string;
  /** Folders downloads go to; those that are not there yet count as the one above them. */
  folders: () => Promise<readonly string[]>;
  /** 0: never. */
  limitBytes: () => number;
  log: { error(facts: object, message: string): void };
}

/** Disks are looked at this often: a fast line fills 10 GiB in a minute or two. */
const LOOK_EVERY_MS = 60_000;
/** Of each node by itself: numbers of devices mean something on their own machine only. */
const factOf = (node: string): string => `disks_low:${node}`;

export function watchDisks(parts: WatchParts): { close(): Promise<void> } {
  const stopping = new AbortController();
  const work = watch(parts, stopping.signal);
  return {
    async close() {
      stopping.abort();
      await work;
    },
  };
}

async function watch(parts: WatchParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await lookAtDisks(parts).catch((error: unknown) =>
      parts.log.error({ err: error }, "the space on disks was not looked at; it is tried again"),
    );
    await parts.clock.sleep(LOOK_EVERY_MS, signal);
  }
}

export async function lookAtDisks({
  store,
  facts,
  clock,
  node,
  folders,
  limitBytes,
}: WatchParts): Promise<void> {
  const told = new Set(readFact(await facts.getFact(factOf(node))));
  const low: string[] = [];
  for (const [disk, { folder, freeBytes }] of await disksOf(await folders())) {
    const { isLow, tell } = judgeDisk(freeBytes, limitBytes(), told.has(disk));
    if (isLow) low.push(disk);
    if (!tell) continue;
    const subject = { kind: "disk", place: node, folder, freeBytes } as const;
    await store.note({ kind: "disk_low", at: clock.now(), subject });
  }
  const isSame = low.length === told.size && low.every((disk) => told.has(disk));
  if (!isSame) await facts.setFact(factOf(node), JSON.stringify(low));
}

/** By the number of their device: folders of one disk are one disk. */
async function disksOf(
  folders: readonly string[],
): Promise<Map<string, { folder: string; freeBytes: number }>> {
  const disks = new Map<string, { folder: string; freeBytes: number }>();
  for (const folder of folders) {
    const there = await firstThere(folder);
    const { dev } = await stat(there);
    if (disks.has(String(dev))) continue;
    const { bavail, bsize } = await statfs(there);
    disks.set(String(dev), { folder, freeBytes: bavail * bsize });
  }
  return disks;
}

async function firstThere(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    const above = dirname(folder);
    if (above === folder) throw error;
    return firstThere(above);
  }
}

function readFact(text: string | null): string[] {
  const value: unknown = text === null ? [] : JSON.parse(text);
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
