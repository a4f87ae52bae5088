import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createLocalShell } from "../local-shell.ts";
import { tryConnection } from "../try-connection.ts";
import { capture } from "./capture.ts";

const never = new AbortController().signal;
const shell = createLocalShell({ environment: { PATH: process.env["PATH"] ?? "", HOME: "/home/me" } });

describe("a short script", () => {
  test.each([
    ["echo one; echo two", "one\ntwo", 0],
    ["printf 'é✓ \\r x'; exit 3", "é✓ \r x", 3],
    ['echo err >&2; cat; echo "$HOME"', "/home/me", 0],
    ["case x in x) echo y ;; esac", "y", 0],
    ["cat <<EOF\nit's $((1 + 1))\nEOF", "it's 2", 0],
    ["false", "", 1],
    ["head -c 500000 /dev/zero | tr '\\0' x", "x".repeat(500_000), 0],
  ])("%s", async (script, output, code) => {
    expect(await capture(shell, script, never)).toEqual({ kind: "captured", output, code });
  });

  test("that is no script says so, and does nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "haulyard-capture-"));
    const answer = await capture(shell, `touch ${folder}/x; }; if`, never);
    expect(answer).toMatchObject({ kind: "failed", failure: { code: "command_failed" } });
    expect(execFileSync("ls", [folder], { encoding: "utf8" })).toBe("");
    rmSync(folder, { recursive: true });
  });

  test("is not waited for by who was told to stop", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    // Waited for, it would outlast the test.
    expect(await capture(shell, "sleep 3600", stop.signal)).toEqual({ kind: "stopped" });
  });
});

test("a place that answers is reached", async () => {
  expect(await tryConnection(shell, never)).toMatchObject({ kind: "reached" });
});

test("a machine without a shell is none", async () => {
  const broken = createLocalShell({ environment: {}, sh: "/no/such/sh" });
  expect(await tryConnection(broken, never)).toMatchObject({ kind: "failed", failure: { code: "no_shell" } });
});

afterAll(() => shell.close());
