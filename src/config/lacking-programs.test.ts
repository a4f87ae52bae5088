import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lackingPrograms } from "./lacking-programs.ts";

test("a program is there if it can be run from one of the folders, and lacking if it only lies there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-programs-"));
  try {
    for (const name of ["ssh", "wget"]) await writeFile(join(folder, name), "#!/bin/sh\n");
    await chmod(join(folder, "ssh"), 0o755);
    await chmod(join(folder, "wget"), 0o644);
    expect(lackingPrograms(["ssh", "wget", "hf"], [], `/nowhere::${folder}`)).toEqual(["wget", "hf"]);
    expect(lackingPrograms(["ssh"], [folder], "")).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
