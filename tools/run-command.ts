/** Runs a program to its end for the tools of this folder. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

export interface Ran {
  /** 128 + signal number is not told apart here: a killed program has code 1. */
  code: number;
  /** Both streams in the order they came; empty unless captured. */
  output: string;
  ms: number;
}

export interface RunOptions {
  /** Keep the output instead of showing it. */
  capture?: boolean;
  env?: Record<string, string>;
}

/** Never rejects: a program that cannot be started has code 127 and says why in `output`. */
export function runCommand(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const started = performance.now();
  const capture = options.capture ?? false;
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: capture ? ["ignore", "pipe", "pipe"] : "inherit",
    });
    let output = "";
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.on("error", (error) => {
      resolve({ code: 127, output: `${command}: ${error.message}`, ms: performance.now() - started });
    });
    child.on("close", (code) => resolve({ code: code ?? 1, output, ms: performance.now() - started }));
  });
}

/** For captured output that is shown later: colours only where somebody sees them. */
export const colors: Record<string, string> = process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" };

/** Runs a package's program on this very Node. */
export function runTool(script: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runCommand(process.execPath, [join(ROOT, "node_modules", script), ...args], options);
}
