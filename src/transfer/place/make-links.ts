/**
 * The other names of a file that is in place, and the mark of its set. All of it may be done again: a kill at any moment,
 * power loss included, leaves what the next run completes.
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readFile, readlink, realpath, rename, stat, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { failure } from "../../job/failure.ts";
import type { Linking, Mark } from "../../job/linking.ts";
import { classifyDiskError, errorCode, FileRefused } from "../disk/classify-disk-error.ts";
import { makeFolder, syncFolder } from "../disk/sync-folder.ts";
import { removeIfThere } from "../part/ledger-file.ts";

/** @throws FileRefused where something that is not a link has the name of one */
export async function makeLinks(path: string, { links, mark }: Linking): Promise<void> {
  for (const link of links) if (!(await leadsTo(link, path))) await at(link, () => makeLink(link, path));
  // Every file of the set looks after its own links are there: the last of them finds all.
  if (mark !== null && (await isWhole(mark)) && !(await isMarked(mark)))
    await at(mark.path, () => writeMark(mark));
}

/** The file itself is in its place: what goes wrong from here on is told of what is made. */
async function at(path: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    const trouble = classifyDiskError(error, path);
    throw trouble?.kind === "failed" ? new FileRefused(trouble.failure) : error;
  }
}

/** Is everything made that can be? Of a set one file looks after the mark: the one that was asked for last. */
export async function areLinksMade(path: string, { links, mark }: Linking): Promise<boolean> {
  for (const link of links) if (!(await leadsTo(link, path))) return false;
  const last = mark?.needs.at(-1);
  if (mark === null || last === undefined || !links.includes(join(mark.folder, last))) return true;
  return (await isMarked(mark)) || !(await isWhole(mark));
}

async function leadsTo(link: string, path: string): Promise<boolean> {
  const text = await readlink(link).catch(() => null);
  return text === relative(dirname(link), path);
}

async function makeLink(link: string, path: string): Promise<void> {
  await makeFolder(dirname(link));
  const there = await lstat(link).catch(absentToNull);
  if (there !== null && !there.isSymbolicLink())
    throw new FileRefused(
      failure("destination_exists", `${link} exists already; it is no link.`, {
        advice: "Remove it; then this can be tried again.",
      }),
    );
  // rename(2) puts it in the place of a link that leads elsewhere, in one step.
  const draft = draftOf(link);
  try {
    await symlink(relative(dirname(link), path), draft);
    await rename(draft, link);
  } catch (error) {
    await removeIfThere(draft);
    throw error;
  }
  await syncFolder(dirname(link));
  // `..` is taken from where a folder really is: in a cache whose folders are links themselves it may be elsewhere.
  const [led, real] = [await realpath(link).catch(() => null), await realpath(path)];
  if (led === real) return;
  await removeIfThere(link);
  throw new FileRefused(
    failure("path_refused", `A link ${link} would not lead to ${path}: a folder between them is a link.`, {
      advice: "Make the cache a plain folder, or a link as a whole.",
    }),
  );
}

/** Are all files of the set there? What comes last is missing longest, and looked at first. */
async function isWhole({ folder, needs }: Mark): Promise<boolean> {
  for (const need of needs.toReversed()) {
    const facts = await stat(join(folder, need)).catch(() => null);
    if (facts?.isFile() !== true) return false;
  }
  return true;
}

async function isMarked({ path, text }: Mark): Promise<boolean> {
  return (await readFile(path, "utf8").catch(() => null)) === text;
}

async function writeMark({ path, text }: Mark): Promise<void> {
  await makeFolder(dirname(path));
  const draft = draftOf(path);
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(draft, flags, 0o644);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await removeIfThere(draft);
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Several files of a set may be done at one time: each has a draft of its own. */
function draftOf(path: string): string {
  return join(dirname(path), `.${randomUUID()}.tmp`);
}

function absentToNull(error: unknown): null {
  if (errorCode(error) === "ENOENT") return null;
  throw error;
}
