import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Connection } from "./connection.ts";
import { connectionTo, identityOf, instanceIdOf } from "./connection.ts";
import { argumentsOf, formatConnection } from "./format-connection.ts";
import { parseConnection } from "./parse-connection.ts";

const TO = connectionTo({ user: "root", host: "203.0.113.7", port: null }, []);
const PORT = { ...TO, port: 44686 };

function accept(text: string): {
  connection: Connection;
  notes: readonly string[];
  forwards: readonly string[];
} {
  const outcome = parseConnection(text);
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome;
}

function refusalOf(text: string): string {
  const outcome = parseConnection(text);
  return outcome.kind === "refused" ? outcome.reason : `accepted: ${JSON.stringify(outcome.connection)}`;
}

describe("what providers and people write is understood", () => {
  test.each<[string, Connection]>([
    ["root@203.0.113.7", TO],
    ["ssh root@203.0.113.7", TO],
    ["ssh -p 44686 root@203.0.113.7", PORT],
    ["ssh -p44686 root@203.0.113.7", PORT],
    ["ssh root@203.0.113.7 -p 44686", PORT],
    ["root@203.0.113.7 -p 44686", PORT],
    ["ssh -l root -p 44686 203.0.113.7", PORT],
    ["ssh -o Port=44686 -o User=root 203.0.113.7", PORT],
    ["ssh -o 'Port 44686' -oUser=root 203.0.113.7", PORT],
    ['ssh -o "pOrT = 44686" root@203.0.113.7', PORT],
    ["root@203.0.113.7:44686", PORT],
    ["ssh root@203.0.113.7:44686", PORT],
    ["ssh://root@203.0.113.7:44686", PORT],
    ["SSH://root@203.0.113.7:44686/", PORT],
    ["ssh ssh://root@203.0.113.7:44686", PORT],
    ["/usr/bin/ssh -- root@203.0.113.7", TO],
    ["C:/OpenSSH/ssh.exe root@203.0.113.7", TO],
    ["gpu-box", { ...TO, user: null, host: "gpu-box" }],
    ["my_box.internal:2222", { ...TO, user: null, host: "my_box.internal", port: 2222 }],
    ["a@b@host", { ...TO, user: "a@b", host: "host" }],
    ["abc123-64411f0e@ssh.runpod.io", { ...TO, user: "abc123-64411f0e", host: "ssh.runpod.io" }],
    ["root@[2001:db8::1]:22", { ...TO, host: "2001:db8::1", port: 22 }],
    ["ssh://root@[2001:db8::1]:22", { ...TO, host: "2001:db8::1", port: 22 }],
    ["root@2001:db8::1", { ...TO, host: "2001:db8::1" }],
    ["[fe80::1%eth0]", { ...TO, user: null, host: "fe80::1%eth0" }],
    ["ssh -4 -C root@203.0.113.7", { ...TO, addressFamily: "inet", compression: true }],
    ["ssh -o AddressFamily=inet6 root@203.0.113.7", { ...TO, addressFamily: "inet6" }],
    ["ssh -i ~/.ssh/id_ed25519 root@203.0.113.7", { ...TO, identityFiles: ["~/.ssh/id_ed25519"] }],
    ['ssh -i "/my keys/a" root@203.0.113.7', { ...TO, identityFiles: ["/my keys/a"] }],
    ["ssh -i a -o IdentityFile=b -i a root@203.0.113.7", { ...TO, identityFiles: ["a", "b"] }],
    ["ssh -o HostName=203.0.113.7 root@box", { ...TO, host: "box", hostName: "203.0.113.7" }],
    ["ssh -J me@jump:2222 root@203.0.113.7", { ...TO, jumps: [{ user: "me", host: "jump", port: 2222 }] }],
    [
      "ssh -J a,[::1]:3 root@203.0.113.7",
      {
        ...TO,
        jumps: [
          { user: null, host: "a", port: null },
          { user: null, host: "::1", port: 3 },
        ],
      },
    ],
    ["ssh -J none root@203.0.113.7", { ...TO, mayJump: false }],
  ])("%s", (text, connection) => {
    expect(parseConnection(text)).toEqual({ kind: "connection", connection, notes: [], forwards: [] });
  });
});

describe("traces of where it was copied from do not matter", () => {
  test.each([
    ["a prompt", "$ ssh -p 44686 root@203.0.113.7"],
    ["root's prompt", "# ssh -p 44686 root@203.0.113.7"],
    ["a prompt with a folder", "me@mac:~/src$ ssh -p 44686 root@203.0.113.7"],
    ["a prompt of several words", "me@mac ~ % ssh -p 44686 root@203.0.113.7"],
    ["an en-dash", "ssh –p 44686 root@203.0.113.7"],
    ["an em-dash", "ssh —p 44686 root@203.0.113.7"],
    ["smart quotes", "ssh -p “44686” ‘root@203.0.113.7’"],
    ["a line that goes on", "ssh \\\n  -p 44686 \\\r\n  root@203.0.113.7"],
    ["spaces of all kinds", "  ssh\u00A0-p\t44686\u2003root@203.0.113.7\n"],
    ["zero-width characters", "\uFEFFssh -p 44686 root@203.0.113.7\u200B"],
    ["backticks", "`ssh -p 44686 root@203.0.113.7`"],
    ["quotes around it all", '"ssh -p 44686 root@203.0.113.7"'],
    ["a comment", "ssh -p 44686 root@203.0.113.7 # the big one"],
  ])("%s", (_, text) => {
    expect(accept(text).connection).toEqual(PORT);
  });
});

describe("the first value wins, as in ssh", () => {
  test.each<[string, Partial<Connection>]>([
    ["ssh -p 1 -p 2 root@h", { port: 1 }],
    ["ssh -p 1 -o Port=2 root@h", { port: 1 }],
    ["ssh -o Port=2 -p 1 root@h", { port: 2 }],
    ["ssh -p 1 ssh://root@h:2", { port: 1 }],
    ["ssh ssh://root@h:2 -p 1", { port: 2 }],
    ["ssh -l a b@h", { user: "a" }],
    ["ssh b@h -l a", { user: "b" }],
    ["ssh -J a -J b h", { jumps: [{ user: null, host: "a", port: null }] }],
    ["ssh -o AddressFamily=inet -o AddressFamily=inet6 h", { addressFamily: "inet" }],
    // But for these two.
    ["ssh -4 -6 h", { addressFamily: "inet6" }],
    ["ssh -o AddressFamily=inet6 -4 h", { addressFamily: "inet" }],
  ])("%s", (text, part) => {
    expect(accept(text).connection).toMatchObject(part);
  });
});

describe("what an instance is not reached by is left out, and said so", () => {
  test("a tunnel is remembered as a hint", () => {
    const { connection, notes, forwards } = accept("ssh -p 44686 root@203.0.113.7 -L 8080:localhost:8080");
    expect(connection).toEqual(PORT);
    expect(forwards).toEqual(["8080:localhost:8080"]);
    expect(notes).toEqual(["-L is remembered, not applied: ports are not forwarded."]);
  });

  test("options bundled as ssh allows it", () => {
    const { connection, notes, forwards } = accept("ssh -tNL8080:localhost:80 -4p 44686 root@203.0.113.7");
    expect(connection).toEqual({ ...PORT, addressFamily: "inet" });
    expect(forwards).toEqual(["8080:localhost:80"]);
    expect(notes.map((note) => note.split(" ")[0])).toEqual(["-t", "-N", "-L"]);
  });

  test.each([
    ..."N f t T v q n A X Y g K".split(" "),
    "D 1080",
    "R 80:localhost:80",
    "o StrictHostKeyChecking=no",
    "o UserKnownHostsFile=/dev/null",
  ])("-%s", (option) => {
    const { connection, notes } = accept(`ssh -${option} root@203.0.113.7`);
    expect(connection).toEqual(TO);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^-.* was left out: .*\.$/);
  });

  test.each(["nvidia-smi -L", "-- ls", "'cd /workspace && ls'"])("a command at the end: %s", (command) => {
    const { connection, notes } = accept(`ssh root@203.0.113.7 ${command}`);
    expect(connection).toEqual(TO);
    expect(notes).toHaveLength(1);
  });
});

describe("what could run something or touch other files here is refused with the reason", () => {
  test.each([
    ["ssh -F /tmp/x h", /configuration file/],
    ["ssh -E /tmp/x h", /writes to a file/],
    ["ssh -I /tmp/x.so h", /library/],
    ["ssh -S /tmp/x h", /other programs/],
    ["ssh -O exit h", /other programs/],
    ["ssh -w 0 h", /tunnel/],
    ["ssh -W a:1 h", /pipe/],
    ["ssh -s h sftp", /subsystem/],
    ["ssh -o ProxyCommand='touch /tmp/x' h", /ProxyCommand/],
    ["ssh -oProxyCommand=id h", /ProxyCommand/],
    ["ssh -o 'proxycommand id' h", /proxycommand/],
    ["ssh -o LocalCommand=id -o PermitLocalCommand=yes h", /LocalCommand/],
    ["ssh -o KnownHostsCommand=id h", /KnownHostsCommand/],
    ["ssh -o Include=/tmp/x h", /Include/],
    ["ssh -o XAuthLocation=/tmp/x -X h", /XAuthLocation/],
    ["ssh -o Match=x h", /Match/],
    ["ssh -o ServerAliveInterval=5 h", /ServerAliveInterval/],
    ["ssh -o __proto__=5 h", /-o/],
    ["-oProxyCommand=touch /tmp/x", /ProxyCommand/],
    ["ssh -- -oProxyCommand=id", /not a host/],
    ["ssh -J -oProxyCommand=id h", /jumps/],
    ["ssh -J 'a;id' h", /jumps/],
    ["ssh -l '-oProxyCommand=id' h", /user/],
    ["ssh '$(id)@h'", /user/],
    ["ssh 'root@`id`'", /not a host/],
    ["ssh 'root@h;id'", /not a host/],
    ["ssh -o HostName='%h;id' h", /not a host/],
    ["ssh -i '%d/x' h", /path of a key/],
    ["ssh -i -oProxyCommand=id h", /path of a key/],
    ["ssh h; id", /meaning to a shell/],
    ["ssh h $(id)", /meaning to a shell/],
    ["ssh h | sh", /meaning to a shell/],
    ['ssh "$USER@h"', /expanded/],
    ["ssh -Z h", /no option -Z/],
  ])("%s", (text, reason) => {
    expect(refusalOf(text)).toMatch(reason);
  });
});

describe("what is no connection string is refused with the reason", () => {
  test.each([
    ["", /nothing in it/],
    ["ssh", /no host/],
    ["ssh -p 22", /no host/],
    ["ssh -p", /without its value/],
    ["ssh -p 0 h", /'0' is not a port/],
    ["ssh -p 65536 h", /not a port/],
    ["ssh -p ssh h", /not a port/],
    ["host:port", /'port' is not a port/],
    ["host:22:33", /not a host/],
    ["host:/workspace", /not a port/],
    ["[2001:db8::zz]:22", /not a host/],
    ["ssh://h/path", /no path/],
    ["https://h", /https:\/\/ is no address of an ssh server/],
    ["host extra", /'extra' after the host/],
    ["root@", /not a host/],
    ["@host", /not a user/],
    ["host.with spaces", /after the host/],
    ["höst", /not a host/],
    ["ssh 'root@h", /' is not closed/],
    ["ssh h \\", /backslash/],
    ["ssh a\nssh b", /more than one line/],
    ["ssh a\u0007b", /U\+0007/],
    ["ssh a\u202Eb", /U\+202E/],
    ["ssh \0", /U\+0000/],
    [`ssh ${"a".repeat(5000)}`, /longer than/],
    [`ssh ${"a".repeat(300)}`, /not a host/],
    [`ssh -J ${"a,".repeat(20)}a h`, /more than 8 jumps/],
  ])("%j", (text, reason) => {
    expect(refusalOf(text)).toMatch(reason);
  });

  test.each(["ssh root:hunter2@h", "ssh://root:hunter2@h", "root:hunter2@h:22"])(
    "a password in %s is refused, and not repeated",
    (text) => {
      expect(refusalOf(text)).toMatch(/passwords are not taken/);
      expect(refusalOf(text)).not.toContain("hunter2");
    },
  );
});

describe("who is who", () => {
  test("the old name of an instance is its host with underscores for dots", () => {
    expect(instanceIdOf(accept("ssh -p 44686 root@109.231.106.68 -L 8080:localhost:8080").connection)).toBe(
      "109_231_106_68",
    );
  });

  test.each([
    ["root@203.0.113.7", "ssh -p 22 root@203.0.113.7"],
    ["root@203.0.113.7", "ssh -i key -C root@203.0.113.7"],
    ["root@Box", "root@box"],
  ])("%s and %s are one host", (one, other) => {
    expect(identityOf(accept(one).connection)).toBe(identityOf(accept(other).connection));
  });

  test.each([
    ["root@203.0.113.7:22001", "root@203.0.113.7:22002"],
    ["root@203.0.113.7", "me@203.0.113.7"],
    ["ssh -J a 10.0.0.5", "ssh -J b 10.0.0.5"],
    ["ssh -o HostName=a box", "ssh -o HostName=b box"],
  ])("%s and %s are two hosts", (one, other) => {
    expect(identityOf(accept(one).connection)).not.toBe(identityOf(accept(other).connection));
  });
});

describe("whatever comes", () => {
  const piece = fc.constantFrom(
    ..."ssh -p 22 -o -J -i -l -L root@ h [ ] : @ ' \" \\ $ ; -- Port= ProxyCommand= 1.2.3.4 ::1 , # % –".split(
      " ",
    ),
    "\n",
    "\0",
    " ",
  );
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(" ")),
    fc.array(piece, { maxLength: 14 }).map((parts) => parts.join("")),
  );

  test("the answer is a connection or a reason, and never an exception", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const outcome = parseConnection(text);
        if (outcome.kind === "refused") expect(outcome.reason).not.toBe("");
      }),
      { numRuns: 2000 },
    );
  });

  test("nothing that begins with '-' is where ssh takes a host, and only known options come before it", () => {
    const known = new Set(["-C", "-p", "-l", "-i", "-J", "-o", "--"]);
    fc.assert(
      fc.property(anything, (text) => {
        const outcome = parseConnection(text);
        if (outcome.kind === "refused") return;
        const args = argumentsOf(outcome.connection);
        expect(args.at(-2)).toBe("--");
        expect(args.at(-1)).toMatch(/^[^-\s]/);
        for (const arg of args.slice(0, -1)) if (arg.startsWith("-")) expect(known).toContain(arg);
        for (const arg of args) expect(arg).not.toMatch(/[\p{C}`$;|&<>]/u);
        const settings = args.filter((_, index) => args[index - 1] === "-o");
        for (const setting of settings) expect(setting).toMatch(/^(?:AddressFamily|HostName)=/);
      }),
      { numRuns: 2000 },
    );
  });

  test("a connection written down and read again is the same one", () => {
    fc.assert(
      fc.property(anyConnection(), (connection) => {
        expect(accept(formatConnection(connection)).connection).toEqual(connection);
      }),
    );
  });
});

function anyConnection(): fc.Arbitrary<Connection> {
  const host = fc.oneof(
    fc.stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,20}$/).filter((host) => !/^ssh$/.test(host)),
    fc.ipV4(),
    fc.ipV6(),
  );
  const user = fc.option(fc.stringMatching(/^[a-z_][a-z0-9_.@+=-]{0,10}$/));
  const port = fc.option(fc.integer({ min: 1, max: 65535 }));
  const destination = fc.record({ user, host, port });
  return fc
    .record({
      target: destination,
      jumps: fc.array(destination, { maxLength: 3 }),
      hostName: fc.option(host),
      identityFiles: fc.uniqueArray(fc.stringMatching(/^[~/a-z][a-z0-9 ._/-]{0,12}[a-z]$/), { maxLength: 3 }),
      addressFamily: fc.constantFrom(null, "any", "inet", "inet6"),
      compression: fc.boolean(),
      mayJump: fc.boolean(),
    })
    .map(({ target, mayJump, ...rest }) => {
      const direct = !mayJump && rest.jumps.length === 0;
      return { ...target, ...rest, mayJump: !direct };
    });
}
