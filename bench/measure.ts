/** Runs a program and says what it cost as a whole process, its children included. */
import { spawn } from "node:child_process";
import { findProgram } from "../tools/test-tools.ts";

export interface Cost {
  wallSeconds: number;
  /** User and system time of all its processes. */
  cpuSeconds: number;
  /** Of its largest process. */
  peakBytes: number;
}

/**
 * Node can ask the system about itself, but not about a child that ended: wait4(2) can.
 * The clock starts before the fork and stops when the child is reaped: start-up counts.
 */
const WAIT4 = `
import json, os, subprocess, sys, time
started = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=sys.stderr)
_, status, usage = os.wait4(child.pid, 0)
wall = time.monotonic() - started
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({
  "code": os.waitstatus_to_exitcode(status),
  "wallSeconds": wall,
  "cpuSeconds": usage.ru_utime + usage.ru_stime,
  "peakBytes": usage.ru_maxrss * unit,
}))
`;

/** Rejects when the program fails: its figures would mean nothing. */
export async function measure(command: readonly string[], env: Record<string, string> = {}): Promise<Cost> {
  const python = findProgram("python3");
  if (python === null) throw new Error("The benchmark needs python3, to ask the system what a process cost.");
  const { stdout, stderr } = await collect(python, ["-c", WAIT4, ...command], env);
  const { code, ...cost } = JSON.parse(stdout) as Cost & { code: number };
  if (code !== 0) throw new Error(`${command.join(" ")}\nended with ${code}\n${stderr}`);
  return cost;
}

function collect(
  command: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => void (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => void (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve({ stdout, stderr });
      else reject(new Error(`${command} ended with ${code}\n${stderr}`));
    });
  });
}
