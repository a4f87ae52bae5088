/**
 * A thousand instances on one machine. In place of `ssh` there is a program that starts the same shell here, in a home of
 * the instance's own; all that is sent through it is sent to it as to the real one: our scripts, the supervisor, a command.
 *
 * Instances have processors of their own, these share two: so their clocks go slowly (`sleep` sleeps longer), and a
 * command says something every ten seconds instead of every one.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How many times slower the clocks of instances go. More than twice this and a follower takes them for dead. */
const SLOWNESS = 10;

export interface Fleet {
  /** For the PATH of the server: `ssh` is in it. */
  bin: string;
  /** Cards, with one that never ends. */
  resources: string;
  card: string;
  connectionOf(n: number): string;
  /** Ends what the instances run: they notice when they look the next time. */
  remove(): void;
}

export function createFleet(): Fleet {
  const folder = mkdtempSync(join(tmpdir(), "haulyard-fleet-"));
  const [bin, there, resources] = [join(folder, "bin"), join(folder, "there"), join(folder, "resources")];
  for (const each of [bin, there, resources]) mkdirSync(each);
  const alive = join(folder, "alive");
  writeFileSync(alive, "");
  const program = (at: string, text: string): void => {
    writeFileSync(at, text);
    chmodSync(at, 0o755);
  };
  program(join(bin, "ssh"), sshText(folder, there));
  program(join(there, "sleep"), SLEEP);
  program(join(there, "fetch-slowly"), toolText(alive));
  writeFileSync(
    join(resources, "slow.md"),
    "---\ntitle: Slow\ntags: bench\n---\n\n# Download\n\n```bash\nfetch-slowly model.safetensors\n```\n",
  );
  return {
    bin,
    resources,
    card: "slow.md",
    connectionOf: (n) => `ssh root@instance-${n}.invalid`,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 200 }),
  };
}

/** The last two words are the host and what is to be started there. */
function sshText(folder: string, there: string): string {
  return `#!/bin/sh
for word; do host=$command command=$word; done
HOME=${folder}/home/$host PATH=${there}:/usr/bin:/bin
export HOME PATH
mkdir -p "$HOME"
cd "$HOME" && exec /bin/sh -c "$command"
`;
}

/** Pauses within a start are left as they are. */
const SLEEP = `#!/bin/sh
case $1 in
  *[!0-9]*) exec /bin/sleep "$1" ;;
  *) exec /bin/sleep $(($1 * ${SLOWNESS})) ;;
esac
`;

/** Ends when the fleet does: what is left of a run that was killed must not stay for ever. */
function toolText(alive: string): string {
  return `#!/bin/sh
n=0
while [ -e '${alive}' ]; do
  n=$((n + 1))
  printf '\\r%s:  %d%%|###       | %dM/99999M [00:10<10:00, 10.0MB/s]' "$1" $((n / 1000)) "$n"
  sleep 1
done
`;
}
