/** A folder of our own for sockets and logs of ssh, with a path short enough for a socket. */
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of a socket's path that the system takes: 108 with the last one NUL (unix(7)); macOS has 104. */
const MAX_SOCKET_PATH = 103;
/** While it makes a socket, ssh gives it a name that is longer by a dot and 16 letters. */
const SSH_SUFFIX = 17;
/** The longest file name we put there. */
const LONGEST_NAME = 20;

const PREFIX = "haulyard-ssh-";

/**
 * @param temporary where folders are made: `os.tmpdir()`
 * @returns a new folder, readable by us alone; those of processes that died are taken away
 */
export async function createPrivateFolder(temporary: string): Promise<string> {
  await sweep(temporary);
  const folder = await mkdtemp(join(temporary, `${PREFIX}${process.pid}-`));
  const longest = Buffer.byteLength(folder) + 1 + LONGEST_NAME + SSH_SUFFIX;
  if (longest <= MAX_SOCKET_PATH) return folder;
  await rm(folder, { recursive: true });
  // Every system has it, and its own rules keep what is ours from others.
  return mkdtemp(join("/tmp", `${PREFIX}${process.pid}-`));
}

async function sweep(temporary: string): Promise<void> {
  for (const name of await readdir(temporary).catch(() => [])) {
    const pid = /^haulyard-ssh-(\d+)-\w{6}$/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(temporary, name);
    const owner = await stat(folder).catch(() => null);
    if (owner?.uid === process.getuid?.()) await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
