/** The partial file at the moment a body is about to be written to it. */
import { basename } from "node:path";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { checkContent } from "../judge/check-content.ts";
import { headerOf } from "../ask/http-answer.ts";
import { newLedger } from "./ledger.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import type { PartRules } from "./part-rules.ts";
import { PartFile } from "./part-file.ts";
import type { Failure } from "../../job/failure.ts";
import type { Run } from "../transfer-run.ts";

export function partRules(run: Run): PartRules {
  const { settings, machinery, point } = run;
  const { flushEveryMs, flushEveryBytes, unclaimedBytes } = settings.limits;
  return {
    flushEveryMs,
    flushEveryBytes,
    unclaimedBytes,
    directIo: settings.directIo,
    machinery,
    confirm: () => run.confirm(),
    flushed: () => point("flushed"),
  };
}

/**
 * Is the beginning of a body that of the file asked for? Looked at before anything is given up for it.
 *
 * @param before the beginning that is stored and would be given up, if there is one
 */
export function checkHead(
  path: string,
  answer: FinalAnswer,
  size: number | null,
  head: Uint8Array,
  before?: Uint8Array,
): Failure | null {
  const contentType = headerOf(answer.headers, "content-type");
  return checkContent({
    name: basename(path),
    head,
    size,
    contentType,
    url: answer.url,
    ...(before === undefined ? {} : { before }),
  });
}

/** Begins with the first byte of an object; what was stored is gone for good. */
export async function beginPart(run: Run, path: string, facts: ObjectFacts): Promise<PartFile> {
  const ledger = newLedger({ ...run.step, url: run.addresses.current }, facts);
  const part = await PartFile.begin(path, ledger, partRules(run));
  if (ledger.checksum !== null) part.startHash(ledger.checksum.algorithm);
  else run.search.begin(part);
  await run.point("began");
  return part;
}

/** Goes on with the stored bytes, and takes in what an answer tells that was not known of their object. */
export async function continuePart(run: Run, part: PartFile, facts: ObjectFacts): Promise<void> {
  const { facts: known, checksum } = part.ledger;
  const size = known.size ?? facts.size;
  const published = known.published ?? facts.published;
  const expected = checksum ?? published;
  if (size !== known.size || published !== known.published || expected !== checksum) {
    await part.learn({ facts: { ...known, size, published }, checksum: expected });
  }
  if (expected === null) run.search.begin(part);
  else if (part.hash === null) part.startHash(expected.algorithm);
  await run.point("began");
}
