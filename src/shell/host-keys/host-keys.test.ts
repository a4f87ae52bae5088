import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import { acceptHostKey } from "./accept-host-key.ts";
import { compareKeys } from "./ask-host-key.ts";
import { fingerprintLine, fingerprintOf, formatKeyLine, parseKeyLine } from "./key-lines.ts";
import type { KeyLine } from "./key-lines.ts";
import { forgetKeys, readKnownKeys, trustKeys } from "./known-hosts.ts";
import { knownHostsOf } from "./shared-keys.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";

/** Made for this test; nobody has the private halves. */
const ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOvj1cpAiPDfhbm7+tLth3kRierbTDlytNDmFsT99Wqb";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAyUXh1IKbm3dyIGHARRhatR4Cn2xWfDQ978dsCc8OhA";
const ECDSA =
  "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBD+4b5BGNnjnbKcN+hKUfG3d0qFjgNlvZ+4REAkeaOs6N1Rvfxszzuc1ALRmF1SeJHcWsOUtfX4TY3QqMENf4oQ=";
const RSA =
  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDeHX7abOSe9EZK1u1EXfBRKDFtqsvqMWvQOLkrB17LwWXZqaqD6hybfY62ajWO2SBNrx+YeSlyajlGtk8I2PcDl9wMhdy4xdoxt8wkTCLIWMu5NrTBrhg5d9AHojYa7Bs7UcopMOKTHlg1YX5K5CqvbVBiKG+de+wHiu1QYYFndvgZ/hTzx81nCXvRtIX/U3GBjlDKtDAiWkMLr8br9lHIrdurhuy9Td0liidkGNQuYdhJrdpedHc6HyiIFnMSTy7ZmSUrsgwuQj8n+Ua7q8p0m0DHArsdPifRs9A3ymW5yMFezLSsVvcQUDPKvYmisjguf0DsKzM0eItCbdzQAtBj";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-keys-"));
  path = join(folder, "known_hosts");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function line(key: string, name = "haulyard-1"): KeyLine {
  const parsed = parseKeyLine(`${name} ${key}`);
  if (parsed === null) throw new Error(key);
  return parsed;
}

function question(kind: HostKeyQuestion["kind"], ...keys: string[]): HostKeyQuestion {
  const lines = keys.map((key) => line(key));
  return {
    kind,
    host: "203.0.113.7",
    port: 44686,
    fingerprints: lines.map((line) => fingerprintLine(line, "[203.0.113.7]:44686")),
    keyLines: lines.map(formatKeyLine),
  };
}

describe("fingerprints", () => {
  test.each([ED25519, ECDSA, RSA])("are those ssh-keygen shows: %s", (key) => {
    writeFileSync(path, `[203.0.113.7]:44686 ${key}\n`);
    const shown = execFileSync("ssh-keygen", ["-lf", path], { encoding: "utf8" }).trim();
    expect(fingerprintLine(line(key), "[203.0.113.7]:44686")).toBe(shown);
  });

  test.each([
    "",
    "# a comment",
    `@revoked haulyard-1 ${ED25519}`,
    `|1|abc=|def= ${ED25519}`,
    `a,b ${ED25519}`,
    "haulyard-1 ssh-ed25519 AAAA",
    `haulyard-1 ${ED25519.replace("ssh-ed25519", "ssh-rsa")}`,
    `haulyard-1 ${ED25519} and more`,
  ])("%j is no line of ours", (text) => {
    expect(parseKeyLine(text)).toBeNull();
  });
});

describe("our known_hosts", () => {
  test("keeps what was accepted, and what a person put there", async () => {
    const theirs = `# mine\n@revoked haulyard-1 ${OTHER}\n@cert-authority *.example ${RSA}\n`;
    writeFileSync(path, theirs);
    await trustKeys(path, [line(ED25519), line(RSA)]);
    await trustKeys(path, [line(ECDSA, "[jump]:2222")]);
    expect(readFileSync(path, "utf8")).toBe(
      `${theirs}haulyard-1 ${ED25519}\nhaulyard-1 ${RSA}\n[jump]:2222 ${ECDSA}\n`,
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await readKnownKeys(path, "haulyard-1")).toEqual([line(ED25519), line(RSA)]);
  });

  test("takes new keys of a host in place of all its old ones", async () => {
    await trustKeys(path, [line(ED25519), line(RSA), line(ECDSA, "haulyard-2")]);
    await trustKeys(path, [line(OTHER)]);
    expect(readFileSync(path, "utf8")).toBe(`haulyard-2 ${ECDSA}\nhaulyard-1 ${OTHER}\n`);
    await forgetKeys(path, "haulyard-1");
    expect(await readKnownKeys(path, "haulyard-1")).toEqual([]);
    expect(await readKnownKeys(path, "haulyard-2")).toHaveLength(1);
  });

  test("loses nothing when many are accepted at once, and leaves nothing behind", async () => {
    const names = Array.from({ length: 30 }, (_, nth) => `haulyard-${nth}`);
    await Promise.all(names.map((name) => trustKeys(path, [line(ED25519, name)])));
    for (const name of names) expect(await readKnownKeys(path, name)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(["known_hosts"]);
  });
});

describe("what is asked about offered keys", () => {
  const [ed25519, other, rsa, ecdsa] = [line(ED25519), line(OTHER), line(RSA), line(ECDSA)];
  test.each([
    ["unknown", "nothing was ever accepted", [], [ed25519]],
    ["known", "the accepted key is offered", [ed25519], [ed25519]],
    ["known", "a further type of key came along", [ed25519], [ed25519, rsa]],
    ["known", "a type of key was given up", [ed25519, rsa], [rsa]],
    ["changed", "another key is offered", [ed25519], [other]],
    ["changed", "one type is the same, another is not", [ed25519, rsa], [other, rsa]],
    ["changed", "only types are offered that were never seen", [ed25519], [ecdsa]],
  ] as const)("%s, if %s", (kind, _, known, offered) => {
    expect(compareKeys(known, offered)).toBe(kind);
  });
});

describe("an answer", () => {
  test("trusts exactly the keys that were shown", async () => {
    const asked = question("host_key_unknown", ED25519, RSA);
    expect(await acceptHostKey(knownHostsOf(path, null), asked, null)).toEqual({ kind: "accepted" });
    expect(readFileSync(path, "utf8")).toBe(`haulyard-1 ${ED25519}\nhaulyard-1 ${RSA}\n`);
  });

  test("for a changed key has to name its fingerprint", async () => {
    await trustKeys(path, [line(ED25519)]);
    const asked = question("host_key_changed", OTHER, RSA);
    for (const fingerprint of [null, fingerprintOf(line(ED25519)), "", "SHA256:", "SHA256"]) {
      expect(await acceptHostKey(knownHostsOf(path, null), asked, fingerprint)).toMatchObject({
        kind: "refused",
      });
    }
    expect(await readKnownKeys(path, "haulyard-1")).toEqual([line(ED25519)]);
    expect(await acceptHostKey(knownHostsOf(path, null), asked, fingerprintOf(line(OTHER)))).toEqual({
      kind: "accepted",
    });
    expect(await readKnownKeys(path, "haulyard-1")).toEqual([line(OTHER), line(RSA)]);
  });

  test("may name the whole line as it was shown", async () => {
    const asked = question("host_key_changed", OTHER);
    expect(await acceptHostKey(knownHostsOf(path, null), asked, asked.fingerprints[0] ?? "")).toEqual({
      kind: "accepted",
    });
  });

  test("with a fingerprint that was not shown is refused for an unknown key, too", async () => {
    const asked = question("host_key_unknown", ED25519);
    expect(await acceptHostKey(knownHostsOf(path, null), asked, fingerprintOf(line(OTHER)))).toMatchObject({
      kind: "refused",
    });
  });

  test("to a question whose keys are not those it showed is refused", async () => {
    const asked = { ...question("host_key_unknown", ED25519), keyLines: [`haulyard-1 ${OTHER}`] };
    expect(await acceptHostKey(knownHostsOf(path, null), asked, null)).toMatchObject({ kind: "refused" });
    const empty = { ...question("host_key_unknown"), keyLines: [], fingerprints: [] };
    expect(await acceptHostKey(knownHostsOf(path, null), empty, null)).toMatchObject({ kind: "refused" });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("keys that machines share", () => {
  test("are accepted and forgotten for all of them, and each brings along what it had before", async () => {
    const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
    try {
      const there = join(folder, "there");
      writeFileSync(path, `# mine\n@revoked haulyard-9 ${OTHER}\nhaulyard-1 ${ED25519}\n`);
      writeFileSync(there, `haulyard-1 ${OTHER}\nhaulyard-2 ${RSA}\n`);
      const keys = store.acceptedKeys;
      const one = knownHostsOf(path, { keys, node: "a" });
      const two = knownHostsOf(there, { keys, node: "b" });
      await one.refresh();
      await two.refresh();
      await one.refresh();
      const shared = [`haulyard-1 ${ED25519}`, `haulyard-2 ${RSA}`];
      const linesOf = (file: string): string[] => readFileSync(file, "utf8").trimEnd().split("\n");
      expect(linesOf(path)).toEqual(["# mine", `@revoked haulyard-9 ${OTHER}`, ...shared]);
      expect(linesOf(there)).toEqual(shared);

      await two.trust([line(ECDSA)]);
      await two.forget("haulyard-2");
      await one.refresh();
      expect(await readKnownKeys(path, "haulyard-1")).toEqual([line(ECDSA)]);
      expect(await readKnownKeys(path, "haulyard-2")).toEqual([]);

      // A machine that comes back with an old file brings nothing of it along: it was asked already.
      writeFileSync(there, `haulyard-2 ${RSA}\n`);
      await knownHostsOf(there, { keys, node: "b" }).refresh();
      expect(linesOf(there)).toEqual([`haulyard-1 ${ECDSA}`]);
    } finally {
      await store.close();
    }
  });
});
