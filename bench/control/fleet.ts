/**
 * A thousand instances on one machine. In place of `ssh` there is a program that passes all that is sent to a process that
 * speaks for the instances (bench/control/instances.ts), and its answers back: one process for the connection and one for
 * each session, as with the real one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../tools/run-command.ts";

export interface Fleet {
  /** For the PATH of the server: `ssh` is in it. */
  bin: string;
  /** Cards, with one that never ends. */
  resources: string;
  card: string;
  connectionOf(n: number): string;
  /** Ends what speaks for the instances, too. */
  remove(): Promise<void>;
}

export async function createFleet(): Promise<Fleet> {
  const folder = mkdtempSync(join(tmpdir(), "haulyard-fleet-"));
  const [bin, home, tools] = [join(folder, "bin"), join(folder, "home"), join(folder, "tools")];
  const resources = join(folder, "resources");
  for (const each of [bin, home, tools, resources]) mkdirSync(each);
  const program = (at: string, text: string): void => {
    writeFileSync(at, text);
    chmodSync(at, 0o755);
  };
  const socket = join(folder, "instances");
  program(join(bin, "ssh"), sshText(socket));
  // Looked for on an instance before a card that needs it is sent there.
  program(join(tools, "fetch-slowly"), "#!/bin/sh\n");
  writeFileSync(
    join(resources, "slow.md"),
    "---\ntitle: Slow\ntags: bench\n---\n\n# Download\n\n```bash\nfetch-slowly model.safetensors\n```\n",
  );
  const speaker = spawn(process.execPath, [join(ROOT, "bench/control/instances.ts"), socket], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { HOME: home, PATH: `${tools}:/usr/bin:/bin` },
    cwd: home,
  });
  await once(createInterface(speaker.stdout), "line");
  return {
    bin,
    resources,
    card: "slow.md",
    connectionOf: (n) => `ssh root@instance-${n}.invalid`,
    remove: async () => {
      speaker.stdin.end();
      await once(speaker, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The last word but one is the host. In Perl, which every Debian has: it waits for both ways at once in 2 MiB, where a shell
 * would want two processes more for each session.
 */
function sshText(socket: string): string {
  return `#!/usr/bin/perl
use strict;
use Socket;
socket(my $there, PF_UNIX, SOCK_STREAM, 0) or exit 255;
connect($there, sockaddr_un('${socket}')) or exit 255;
sub pass { my ($to, $bytes) = @_; while (length $bytes) { my $n = syswrite($to, $bytes) or exit 255; substr($bytes, 0, $n) = '' } }
pass($there, "$ARGV[-2]\\n");
my $open = 1;
for (;;) {
  my $ready = '';
  vec($ready, 0, 1) = 1 if $open;
  vec($ready, fileno $there, 1) = 1;
  select($ready, undef, undef, undef);
  if ($open and vec($ready, 0, 1)) {
    if (sysread(STDIN, my $bytes, 65536)) { pass($there, $bytes) } else { shutdown($there, 1); $open = 0 }
  }
  if (vec($ready, fileno $there, 1)) {
    sysread($there, my $bytes, 65536) or exit 0;
    pass(*STDOUT, $bytes);
  }
}
`;
}
