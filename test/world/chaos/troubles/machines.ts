/** The database, the sshds, what runs on instances, the disk. */
import { readdirSync, readFileSync } from "node:fs";
import type { Begin } from "../stage.ts";
import { OVER } from "../stage.ts";

export const killDatabase: Begin = async ({ rig: { postgres } }) => {
  await postgres.kill9();
  return () => postgres.start();
};

export const killSshd: Begin = async ({ rig }, { target }) => {
  const sshd = rig.instances[target]?.sshd;
  await sshd?.stop();
  await sshd?.killConnections();
  return async () => sshd?.start();
};

export const killRuns: Begin = async ({ rig, note }, { target }) => {
  const killed = runsOf(rig.instances[target]?.sshd.home ?? "/nowhere");
  for (const { pid } of killed) kill(pid);
  note(`killed ${killed.length} processes of runs`);
  return OVER;
};

export const fillDisk: Begin = async ({ rig }) => {
  await rig.fillDisk();
  return () => rig.freeDisk();
};

interface RunProcess {
  pid: number;
  /** The name of its run. */
  run: string;
}

/** Living processes of runs on the instance whose home this is. */
export function runsOf(home: string): RunProcess[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, "latin1").split("\0");
      const marks = environment.flatMap((line) => /^HAULYARD_(?:RUN|SUPERVISOR)=(.+)$/.exec(line)?.[1] ?? []);
      const [run] = marks;
      return run !== undefined && environment.includes(`HOME=${home}`) ? [{ pid: Number(entry), run }] : [];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}
