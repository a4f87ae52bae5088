/** The verdict on a row of the hostile matrix: what is on the disk, what the process said, how it ended. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { EXIT } from "../../../src/cli/exit-codes.ts";
import type { Content } from "../file-bytes.ts";
import { bytesOf } from "../file-bytes.ts";
import type { Expectation, Result } from "./row.ts";
import type { Stage } from "./stage.ts";

export async function judge(result: Result, expectation: Expectation): Promise<void> {
  const { ran, end, folder, name, origin, path } = result;
  const told = `${ran.stdout}\n${ran.stderr}`;
  const files = (await readdir(folder)).sort();
  if (expectation.kind === "failed") {
    expect(end, told).toMatchObject({ event: "failed", code: expectation.code });
    expect(ran.code, told).toBe(expectation.exit);
    expect(`${String(end["message"])} ${String(end["advice"])}`).toMatch(expectation.says);
    const kept = [`${name}.part`, `${name}.part.json`];
    expect(files, told).toEqual(expectation.partial === "kept" ? kept : []);
    if (expectation.partial === "kept") await claimedBytes(result);
    expect((end["bytes_kept"] as number) > 0, told).toBe(expectation.partial === "kept");
    return;
  }
  expect(ran.code, told).toBe(EXIT.done);
  expect(files, told).toEqual([name]);
  const bytes = await readFile(join(folder, name));
  const right = expectation.kind === "short" ? origin.bytes(path, 0, expectation.bytes) : origin.bytes(path);
  expect(bytes.equals(right), `${name} has ${bytes.length} bytes, not all of them right\n${told}`).toBe(true);
  const { state, reason = "" } = end["checksum"] as { state: string; reason?: string };
  expect(state, told).toBe(expectation.kind === "short" ? "unverified" : expectation.state);
  if (expectation.reason !== undefined) expect(reason).toMatch(expectation.reason);
}

/** How much the ledger claims; all of it has to be of one version of the file. */
export async function claimedBytes({ folder, name, row, versions }: Stage): Promise<number> {
  const ledger = JSON.parse(await readFile(join(folder, `${name}.part.json`), "utf8")) as {
    done: [number, number][];
  };
  const bytes = await readFile(join(folder, `${name}.part`));
  const isOf = (version: Content): boolean =>
    ledger.done.every(([start, end]) => bytes.subarray(start, end).equals(bytesOf(version, start, end)));
  expect(versions.some(isOf), `${row.claim}: claimed ${JSON.stringify(ledger.done)}`).toBe(true);
  return ledger.done.reduce((sum, [start, end]) => sum + end - start, 0);
}
