import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureServerToken, isLoopbackAddress } from "./server-token.ts";

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-token-"));
  data = join(folder, "data");
});
afterEach(() => rmSync(folder, { recursive: true }));

const ensure = (host: string, token: string | null = null) =>
  ensureServerToken({ auth: "auto", host, token, data });
const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe("the token", () => {
  it("is not needed where only this machine can ask", () => {
    expect(ensure("127.0.0.1")).toEqual({ kind: "not_needed" });
    expect(() => statSync(data)).toThrow("ENOENT");
  });

  it("is the one that was given, on loopback too", () => {
    expect(ensure("127.0.0.1", "given")).toEqual({ kind: "given", token: "given" });
  });

  it("is made once where others can ask, and readable by nobody else", () => {
    const first = ensure("0.0.0.0");
    expect(first).toMatchObject({ kind: "kept", fresh: true, file: join(data, "token") });
    const token = first.kind === "kept" ? first.token : "";
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(readFileSync(join(data, "token"), "utf8")).toBe(`${token}\n`);
    expect([modeOf(join(data, "token")), modeOf(data)]).toEqual([0o600, 0o700]);
    expect(ensure("0.0.0.0")).toMatchObject({ token, fresh: false });
  });

  it("differs from server to server", () => {
    const one = ensure("0.0.0.0");
    rmSync(data, { recursive: true });
    expect(ensure("0.0.0.0")).not.toEqual(one);
  });

  it("may be put into the file by hand; then the file is closed to others", () => {
    ensure("0.0.0.0");
    writeFileSync(join(data, "token"), "  by-hand\n");
    chmodSync(join(data, "token"), 0o644);
    expect(ensure("0.0.0.0")).toMatchObject({ kind: "kept", token: "by-hand", fresh: false });
    expect(modeOf(join(data, "token"))).toBe(0o600);
  });

  it("is complained about when the file holds none, rather than serving without", () => {
    ensure("0.0.0.0");
    writeFileSync(join(data, "token"), "\n");
    const outcome = ensure("0.0.0.0");
    expect(outcome).toMatchObject({ kind: "bad" });
    expect(outcome.kind === "bad" ? outcome.problem : "").toContain(join(data, "token"));
  });

  it("is complained about when the folder cannot be written", () => {
    writeFileSync(data, "a file in the place of the folder");
    const outcome = ensure("0.0.0.0");
    expect(outcome.kind === "bad" ? outcome.problem : "").toMatch(
      /^HAULYARD_TOKEN: not set, .*E(EXIST|NOTDIR)/,
    );
  });
});

describe("loopback", () => {
  it.each(["127.0.0.1", "127.8.9.1", "::1", "0:0:0:0:0:0:0:1", "localhost", "LocalHost", "::ffff:127.0.0.1"])(
    "is %s",
    (host) => {
      expect(isLoopbackAddress(host)).toBe(true);
    },
  );
  it.each([
    "0.0.0.0",
    "::",
    "192.168.0.127",
    "1::1",
    "::2",
    "127.0.0.1.example.org",
    "localhost.example",
    "box",
  ])("is not %s", (host) => {
    expect(isLoopbackAddress(host)).toBe(false);
  });
});
