/**
 * Takes the lock of a destination over and over, in a process of its own. While it has the lock, a file
 * `critical` is created exclusively: two holders at once cannot both succeed. `--die-after N`: at the Nth time
 * the process kills itself as kill -9 would, holding the lock.
 */
import { open, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockDestination } from "../lock-destination.ts";

const [path = "", rounds = "10", dieAfter = "0"] = process.argv.slice(2);
const critical = join(dirname(path), "critical");
const { signal } = new AbortController();
let won = 0;
while (won < Number(rounds)) {
  const locking = await lockDestination(path, { heartbeatMs: 1000, lockStaleMs: 60_000 }, signal);
  if (locking.kind === "busy") {
    await sleep(1 + Math.random() * 4);
    continue;
  }
  won += 1;
  await (await open(critical, "wx")).close();
  await sleep(Math.random() * 3);
  await unlink(critical);
  if (won === Number(dieAfter)) process.kill(process.pid, "SIGKILL");
  await locking.lock.release();
}
process.stdout.write(`${won}\n`);
