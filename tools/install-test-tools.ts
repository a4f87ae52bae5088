/** The first step of `npm test`: brings the programs the tests run, where that is ours to do. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { runCommand } from "./run-command.ts";
import type { TestTool } from "./test-tools.ts";
import { findProgram, isDebian, missingTools } from "./test-tools.ts";

/** Debian asks this script before it starts a service; 101 says no. */
const POLICY = "/usr/sbin/policy-rc.d";

/** Returns what is still missing afterwards. */
export async function installTestTools(): Promise<TestTool[]> {
  const missing = missingTools();
  if (missing.length === 0) return [];
  const names = missing.map((tool) => tool.package);
  if (process.getuid?.() !== 0 || !isDebian() || findProgram("apt-get") === null) {
    console.log(`Missing test tools: ${names.join(" ")}`);
    console.log("On Debian or Ubuntu, as root: apt-get install " + names.join(" "));
    return missing;
  }
  console.log(`Installing Debian's ${names.join(" ")}`);
  await withoutServices(() => install(names));
  const still = missingTools();
  if (still.length > 0) console.log(`Could not install ${still.map((tool) => tool.package).join(" ")}`);
  return still;
}

async function install(names: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const update = await runCommand("apt-get", ["update", "-qq"], { capture: true, env });
  if (update.code !== 0) console.log(update.output.trimEnd());
  // One by one if not all at once: a package that cannot be had must not keep the others away.
  const args = ["install", "-y", "-qq", "--no-install-recommends"];
  const all = await runCommand("apt-get", [...args, ...names], { capture: true, env });
  if (all.code === 0) return;
  for (const name of names) {
    const one = await runCommand("apt-get", [...args, name], { capture: true, env });
    if (one.code !== 0) console.log(one.output.trimEnd());
  }
}

/** The tests start their own servers on free ports; the packages' must not come up on the usual ones. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const ours = !existsSync(POLICY);
  if (ours) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    await work();
  } finally {
    if (ours) rmSync(POLICY, { force: true });
  }
}
