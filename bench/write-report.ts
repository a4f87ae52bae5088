/** The tables as a page of the documentation. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import type { BenchOptions } from "./options.ts";

const PROGRAMS = [
  ["curl", "--version"],
  ["wget", "--version"],
  ["wget2", "--version"],
  ["aria2c", "--version"],
  ["nginx", "-v"],
] as const;

export function writeReport(path: string, sections: readonly string[], options: BenchOptions): void {
  const [cpu] = cpus();
  const machine = `${availableParallelism()} cores (${cpu?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const versions = PROGRAMS.flatMap(([program, flag]) => {
    const { stdout, stderr } = spawnSync(program, [flag], { encoding: "utf8" });
    const [line = ""] = `${stdout ?? ""}${stderr ?? ""}`.split("\n");
    return line === "" ? [] : [line.replace(/ built on.*| \(.*\).*/, "").trim()];
  });
  const text = `# Benchmarks

\`npm run bench -- --size ${(options.size / 2 ** 30).toFixed(0)}G --rounds ${options.rounds} --write ${path}\` wrote this page, on one machine: ${machine}, Linux, Node ${process.versions.node}.
Whole processes are measured, start-up included, in interleaved rounds; server and client share the cores. Other
machines give other figures: the ratios of one run are what counts.

Beside it: ${versions.join(", ")}.

${sections.join("\n\n")}
`;
  writeFileSync(path, text);
}
