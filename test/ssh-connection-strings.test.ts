/** What we hand to OpenSSH means to it what the pasted line meant, and runs nothing. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { argumentsOf } from "../src/shell/connection/format-connection.ts";
import { parseConnection } from "../src/shell/connection/parse-connection.ts";

const folder = mkdtempSync(join(tmpdir(), "haulyard-strings-"));
const keys = ["one", "two key"].map((name) => join(folder, name));
for (const key of keys) writeFileSync(key, "");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMPARED = new Set("hostname port user identityfile proxyjump addressfamily compression".split(" "));

/** What ssh makes of its arguments, as far as it is about the way to the host. */
function resolve(args: readonly string[]): string[] {
  const text = execFileSync("ssh", ["-G", "-F", "/dev/null", ...args], { encoding: "utf8", stdio: "pipe" });
  const lines = text.split("\n").filter((line) => COMPARED.has(line.split(" ")[0] ?? ""));
  // A key that is named in two ways is listed twice.
  return [...new Set(lines)];
}

function argumentsFor(line: string): string[] {
  const outcome = parseConnection(line);
  if (outcome.kind === "refused") throw new Error(`${line}: ${outcome.reason}`);
  return argumentsOf(outcome.connection);
}

/** Words as a shell would write them: some quoted though they need not be. */
function lineOf(words: readonly string[]): string {
  return words.map((word, index) => (word.includes(" ") || index % 3 === 0 ? `'${word}'` : word)).join(" ");
}

const host = fc.constantFrom("203.0.113.7", "gpu-box", "my_box.example", "2001:db8::1");
const user = fc.constantFrom("root", "a@b", "ubuntu-1");
const jump = fc.constantFrom("bastion", "me@bastion:2222", "a,b@c:3", "me@[2001:db8::2]:44", "none");
const port = fc.integer({ min: 1, max: 65535 }).map(String);
const option = fc.oneof(
  port.chain((port) =>
    fc.constantFrom(["-p", port], [`-p${port}`], ["-o", `Port=${port}`], [`-oport ${port}`]),
  ),
  user.chain((user) => fc.constantFrom(["-l", user], [`-l${user}`], ["-o", `User=${user}`])),
  fc.constantFrom(...keys).chain((key) => fc.constantFrom(["-i", key], ["-o", `IdentityFile="${key}"`])),
  fc.constantFrom(["-4"], ["-6"], ["-C"], ["-4C"], ["-o", "AddressFamily=inet"], ["-tN"], ["-A"], ["-X"]),
  fc.constantFrom(["-L", "8080:localhost:8080"], ["-D1080"], ["-T"], ["-g"], ["-K"], ["-v"], ["-q"]),
  fc.constantFrom(["-o", "HostName=203.0.113.9"], ["-o", "HostName=fe80::1%eth0"]),
);

describe("what ssh makes of the pasted words it also makes of ours", () => {
  test("for every line OpenSSH itself takes", () => {
    const words = fc
      .record({
        before: fc.array(option, { maxLength: 4 }),
        after: fc.array(option, { maxLength: 3 }),
        // ssh takes -J once.
        jump: fc.option(jump.map((jump) => ["-J", jump])),
        target: fc.oneof(
          host,
          fc.tuple(user, host).map(([user, host]) => `${user}@${host}`),
          port.map((port) => `ssh://root@203.0.113.7:${port}`),
        ),
      })
      .map(({ before, jump, target, after }) => [...before.flat(), ...(jump ?? []), target, ...after.flat()]);
    fc.assert(
      fc.property(words, (words) => {
        // HostName expands tokens where it is an option; what people paste there is an address.
        const theirs = words.map((word) => (word.startsWith("HostName=") ? word.replace("%", "%%") : word));
        expect(resolve(argumentsFor(lineOf(["ssh", ...words])))).toEqual(resolve(theirs));
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["root@203.0.113.7:44686", ["-p", "44686", "-l", "root", "203.0.113.7"]],
    ["root@[2001:db8::1]:44686", ["-p", "44686", "-l", "root", "2001:db8::1"]],
    ["ssh://root@[2001:db8::1]:44686", ["-p", "44686", "-l", "root", "2001:db8::1"]],
    ["gpu-box:22", ["-p", "22", "gpu-box"]],
    ["ssh -p 1 -p 2 h", ["-p", "1", "h"]],
  ])("for %s, which OpenSSH does not take, what was meant", (line, meant) => {
    expect(resolve(argumentsFor(line))).toEqual(resolve(meant));
  });
});

describe("nothing is executed", () => {
  const canary = join(folder, "canary");
  const run = `touch ${canary}`;
  const hostile = [
    `-oProxyCommand=${run}`,
    `ssh -oProxyCommand='${run}' 127.0.0.1`,
    `ssh -o "ProxyCommand ${run}" 127.0.0.1`,
    `ssh -o PermitLocalCommand=yes -o LocalCommand='${run}' 127.0.0.1`,
    `ssh -o KnownHostsCommand='/bin/sh -c "${run}"' 127.0.0.1`,
    `ssh -J '$(${run})' 127.0.0.1`,
    `ssh -J 'x;${run};' 127.0.0.1`,
    `ssh -J '-oProxyCommand=${run}' 127.0.0.1`,
    `ssh '$(${run})@127.0.0.1'`,
    `ssh 'root@127.0.0.1;${run}'`,
    `ssh -l '\`${run}\`' 127.0.0.1`,
    `ssh -o HostName='127.0.0.1;${run}' x`,
    `ssh -i '|${run}' 127.0.0.1`,
    `ssh -F ${folder}/evil 127.0.0.1`,
    `ssh -X -o XAuthLocation=${folder}/evil 127.0.0.1`,
    `ssh 127.0.0.1 '${run}'`,
    `ssh 127.0.0.1 $(${run})`,
    `ssh -- 127.0.0.1 ${run}`,
    `ssh root@127.0.0.1\n${run}`,
  ];
  writeFileSync(join(folder, "evil"), `Match exec "${run}"\nProxyCommand ${run}\n`);
  // A person's own ProxyCommand gets the host's name into a command line of a shell.
  writeFileSync(join(folder, "person"), "ProxyCommand /bin/false %h %p %r %n\nPort 9\n");

  test.each(hostile)("by %j", (line) => {
    const outcome = parseConnection(line);
    if (outcome.kind === "connection") {
      const args = argumentsOf(outcome.connection);
      const options = { encoding: "utf8", timeout: 120_000, stdio: "pipe" } as const;
      spawnSync("ssh", ["-G", "-F", "/dev/null", ...args], options);
      spawnSync("ssh", ["-F", join(folder, "person"), "-o", "BatchMode=yes", ...args, "exit"], options);
    }
    expect(existsSync(canary)).toBe(false);
  });

  test("though these lines would, given to ssh as they are", () => {
    spawnSync("ssh", ["-G", "-F", join(folder, "evil"), "127.0.0.1"], { stdio: "pipe", timeout: 120_000 });
    expect(existsSync(canary)).toBe(true);
  });
});
