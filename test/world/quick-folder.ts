/** Temporary folders for tests whose claim is not about a disk: in memory, where nothing waits for syncs. */
import { mkdtempSync, readFileSync, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
/** What all tests that run at once may need there, with room to spare: containers often have 64 MB. */
const ROOM_BYTES = 4 * 1024 ** 3;

/** Where they are made. Both kinds survive a process that is killed, and lose no write that it has made. */
const parent = isRoomy() ? MEMORY : tmpdir();

/** A new one, that the test takes away. */
export function quickFolder(prefix: string): string {
  return mkdtempSync(join(parent, prefix));
}

function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM_BYTES && freemem() > 2 * ROOM_BYTES && runsPrograms();
  } catch {
    return false;
  }
}

/** Containers may forbid it, and tests put scripts there. */
function runsPrograms(): boolean {
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, place]) => place === MEMORY);
  // The last one lies on top.
  return mounts.at(-1)?.[3]?.split(",").includes("noexec") === false;
}
