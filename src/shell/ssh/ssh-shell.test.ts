import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectionTo } from "../connection/connection.ts";
import type { Session, Shell } from "../shell.ts";
import { Turns } from "../take-turns.ts";
import { createSshShell } from "./ssh-shell.ts";

const IDLE_MS = 60_000;
const never = new AbortController().signal;

let folder: string;
let shell: Shell;
/** Connections that stood. */
let links: number;
/** Who connects waits for it. */
let mayConnect: Promise<void>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-ssh-"));
  // It leads nowhere: what is to be run there is run here.
  const program = join(folder, "ssh");
  await writeFile(
    program,
    `#!/bin/sh
for last; do
  [ "$before" = -E ] && log=$last
  before=$last
done
case "$*" in *ControlMaster=no*)
  # As ssh does it, where there is no connection to share any more.
  if [ -e '${join(folder, "changed")}' ]; then
    echo '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @' >"$log"
    exit 255
  fi ;;
esac
eval "$last"
`,
  );
  await chmod(program, 0o755);
  links = 0;
  mayConnect = Promise.resolve();
  const turns = new Turns(1);
  shell = createSshShell(
    {
      program,
      environment: { PATH: "/usr/bin:/bin" },
      knownHostsPath: join(folder, "known_hosts"),
      refreshKeys: () => mayConnect,
      configPaths: [],
      folder,
      openings: { all: turns, through: () => turns },
      linkUp: () => (links += 1),
    },
    { id: "instance-1", connection: connectionTo({ user: "me", host: "gpu", port: null }, []) },
    { idleLimitMs: IDLE_MS },
  );
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(async () => {
  vi.useRealTimers();
  await shell.close();
  await rm(folder, { recursive: true });
});

async function open(script: string): Promise<Session> {
  const opened = await shell.open(script, "lasting", never);
  if (opened.kind !== "open") throw new Error(opened.kind);
  return opened.session;
}

test("a connection is kept for a session that was on its way while the last other one ended", async () => {
  const first = await open("exec sleep 600");
  const { promise, resolve } = Promise.withResolvers<void>();
  mayConnect = promise;
  first.stop(true);
  const coming = open("exec sleep 600");
  // Both are gone, and nobody kills them any more: the one timer left is of a connection that nobody uses.
  await first.lastErrors();
  while (vi.getTimerCount() !== 1) await new Promise((turn) => setImmediate(turn));
  resolve();
  await coming;
  expect(links).toBe(2);
  // It is at work all the while.
  vi.advanceTimersByTime(2 * IDLE_MS);
  await open("exit 0");
  expect(links).toBe(2);
});

test("a session that connects by itself and meets other keys has lost its connection: the next one asks about them", async () => {
  const first = await open("exec sleep 600");
  await writeFile(join(folder, "changed"), "");
  const alone = await open("exit 0");
  for await (const _ of alone.output);
  expect(await alone.explain("")).toMatchObject({ code: "connection_lost", retryable: true });
  await rm(join(folder, "changed"));
  const next = await open("exit 0");
  for await (const _ of next.output);
  expect(links).toBe(2);
  first.stop(false);
});
