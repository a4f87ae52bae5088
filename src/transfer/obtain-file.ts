/** Under the lock: from what is there to the whole file under its final name. */
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Failure } from "../job/failure.ts";
import type { Checksum } from "../job/job.ts";
import type { TransferOutcome } from "../job/transfer-contract.ts";
import { adoptExisting } from "./place/adopt-existing.ts";
import type { FinalAnswer } from "./ask/ask-origin.ts";
import { WHOLE } from "./ask/ask-origin.ts";
import type { Comparison, Occupant } from "./place/existing-file.ts";
import { compareExisting, lookAt, occupied, occupiedByOther } from "./place/existing-file.ts";
import { syncFolder } from "./disk/sync-folder.ts";
import { checkSpots } from "./judge/check-spots.ts";
import { ObjectFetch } from "./fetch/fetch-object.ts";
import { partPath, readLedger, removeIfThere, removePartial } from "./part/ledger-file.ts";
import type { Ledger } from "./part/ledger.ts";
import { judgeLedger } from "./part/ledger.ts";
import type { ObjectFacts } from "./judge/object-facts.ts";
import { NO_FACTS } from "./judge/object-facts.ts";
import { partRules } from "./part/open-part.ts";
import { PartFile } from "./part/part-file.ts";
import { clearAway, placeFile } from "./place/place-file.ts";
import { probeObject, readProbe } from "./ask/probe-object.ts";
import { saveWhatIsThere } from "./part/save-partial.ts";
import { isOfOnePiece } from "./part/seams.ts";
import type { EarlyEnd, Run } from "./transfer-run.ts";
import type { Verification } from "./verify/verify-file.ts";
import { verifyFile } from "./verify/verify-file.ts";

export async function obtainFile(
  run: Run,
  path: string,
  first: FinalAnswer | null,
): Promise<TransferOutcome> {
  const occupant = await lookAt(path);
  const met = await meetOccupant(run, path, occupant, first);
  if (met !== null) return met;
  const part = await openStored(run, path);
  return fetchAndPlace(run, path, part, first);
}

/** Null when nothing stands in the way of fetching. */
async function meetOccupant(
  run: Run,
  path: string,
  occupant: Occupant,
  first: FinalAnswer | null,
): Promise<TransferOutcome | null> {
  if (occupant.kind === "absent") return null;
  if (occupant.kind === "other") return failed(occupiedByOther(path, occupant));
  const { step } = run;
  const ours = await readOwnLedger(path);
  let facts: ObjectFacts = ours?.facts ?? { ...NO_FACTS, size: step.size };
  if (facts.size === null) {
    const probe = first === null ? await probeObject(run) : readProbe(run, WHOLE, first);
    if (probe.kind === "stopped") return probe;
    if (probe.kind === "failed") return failed(probe.failure);
    facts = probe.facts;
  }
  const refusal = await run.resolveOnce(path, facts.size ?? occupant.size);
  if (refusal !== null) return failed(refusal);
  const checksum = step.checksum ?? ours?.checksum ?? facts.published;
  const comparison = await compareByAll(run, path, occupant.size, facts.size, checksum);
  switch (comparison.kind) {
    case "same":
      await run.confirm();
      await clearAway(path);
      // Nothing came, and all of it is there: who looks at the job is told of a whole file.
      run.report.bytes(occupant.size, occupant.size);
      return {
        kind: "complete",
        path,
        size: occupant.size,
        checksumState: comparison.state,
        alreadyThere: true,
      };
    case "stopped":
      return { kind: "stopped" };
    case "different":
      if (ours !== null && ours.facts.size === null) return takeNameBack(run, path);
      return meetDifferent(run, path, occupant, facts, comparison.reason);
    default:
      throw comparison satisfies never;
  }
}

/** Lists beside the file are worth a look where nothing else tells whether this is it. */
async function compareByAll(
  run: Run,
  path: string,
  has: number,
  expected: number | null,
  checksum: Checksum | null,
): Promise<Comparison> {
  const found = checksum === null && has === expected ? await run.search.result(has) : null;
  if (found?.kind !== "listed") return compareExisting(run, path, has, expected, checksum);
  const compared = await compareExisting(run, path, has, expected, found.listed.checksum);
  if (compared.kind !== "different") return compared;
  const now = await run.search.renewed(has);
  const isNew = now.kind === "listed" && now.listed.checksum.hex !== found.listed.checksum.hex;
  return isNew ? compareExisting(run, path, has, expected, now.listed.checksum) : compared;
}

async function meetDifferent(
  run: Run,
  path: string,
  occupant: Extract<Occupant, { kind: "file" }>,
  facts: ObjectFacts,
  reason: string,
): Promise<TransferOutcome | null> {
  const { ifExists } = run.step;
  switch (ifExists) {
    case "replace":
      return null;
    case "refuse":
      return failed(occupied(path, reason));
    case "adopt": {
      if (!occupant.plain || facts.size === null || occupant.size >= facts.size) {
        return failed(occupied(path, reason));
      }
      const adoption = await adoptExisting(run, path, occupant.size, facts);
      if (adoption.kind === "adopted") return null;
      if (adoption.kind === "different") return failed(occupied(path, adoption.reason));
      return adoption.kind === "failed" ? failed(adoption.failure) : adoption;
    }
    default:
      throw ifExists satisfies never;
  }
}

/**
 * Placing was cut short, and by now it is known that the file is not whole: as long as nobody had said how long it
 * is, that could not be told. Nobody was told either that it is there; it goes on as the partial it still is.
 */
async function takeNameBack(run: Run, path: string): Promise<null> {
  await run.confirm();
  await removeIfThere(path);
  await syncFolder(dirname(path));
  return null;
}

/** The ledger, if the final name and the partial are one file: placing it was cut short (see `placeFile`). */
async function readOwnLedger(path: string): Promise<Ledger | null> {
  const [final, part] = await Promise.all([stat(path), stat(partPath(path)).catch(() => null)]);
  if (part === null || part.ino !== final.ino || part.dev !== final.dev) return null;
  return readLedger(path);
}

/** The partial, if its bytes can be of the file that is asked for. */
async function openStored(run: Run, path: string): Promise<PartFile | null> {
  const ledger = await readLedger(path);
  if (ledger === null) return null;
  const use = judgeLedger(ledger, run.step);
  const unproven = use.kind === "foreign" && ledger.complete;
  const part =
    use.kind === "useless" || unproven
      ? null
      : await PartFile.resume(path, ledger, partRules(run), run.settings.limits.overlapBytes);
  if (part === null) {
    if (ledger.done.length > 0) run.report.restart(run.step.size);
    return null;
  }
  const expected = run.step.checksum ?? part.ledger.checksum;
  if (expected !== null) part.startHash(expected.algorithm);
  run.addresses.startAt(part.ledger.urlHash);
  return part;
}

async function fetchAndPlace(
  run: Run,
  path: string,
  stored: PartFile | null,
  first: FinalAnswer | null,
): Promise<TransferOutcome> {
  let fetch = new ObjectFetch(run, path, stored, first);
  run.missing = () => fetch.missing;
  run.map = () => fetch.map;
  let again = true;
  try {
    for (;;) {
      const fetched = await fetch.fetch();
      if (fetched.kind !== "fetched") return fetched;
      const part = fetch.part as PartFile;
      const refusal = await run.resolveOnce(path, part.ledger.facts.size);
      if (refusal !== null) return failed(refusal);
      // Verifying may take minutes; a kill in the middle of it is to cost none of the bytes.
      await part.flush();
      await run.point("fetched");
      const verification = await verify(run, path, part, fetched.lengthTold);
      if (verification.kind === "stopped") return verification;
      if (verification.kind === "untold") return failed(verification.failure);
      if (verification.kind === "right") {
        const size = part.bytesWritten;
        const why = await placeFile(run, path, part);
        if (why !== null) return failed(why);
        return { kind: "complete", path, size, checksumState: verification.state, alreadyThere: false };
      }
      // The bytes are wrong, and going on from them would be wrong for ever.
      await part.close();
      await run.confirm();
      await removePartial(path);
      // They came in several answers, or in another time: one fresh start in one piece tells whose fault it was.
      const inOnePiece: boolean = (part === stored || !isOfOnePiece(part.seams)) && again;
      // It was the address's own: the next one may have the right ones.
      if (!inOnePiece && !run.addresses.moveOn(verification.failure)) return failed(run.addresses.verdict);
      again = !inOnePiece;
      run.report.restart(part.ledger.facts.size);
      fetch = new ObjectFetch(run, path, null, null, inOnePiece);
    }
  } finally {
    const { part } = fetch;
    const isKept = part !== null && !part.closed;
    await saveWhatIsThere(path, part, !run.lost.aborted);
    // The last word on what is kept: while bytes come, some are still on their way to the disk.
    if (isKept) run.report.bytes(part.bytesWritten, part.ledger.facts.size);
  }
}

/** By its hash; without one, a file of several parts is at least asked for a few bytes of each again. */
async function verify(
  run: Run,
  path: string,
  part: PartFile,
  lengthTold: boolean,
): Promise<Verification | { kind: "untold"; failure: Failure }> {
  const verification = await verifyFile(run, path, part, lengthTold);
  if (verification.kind !== "right" || verification.state.kind === "verified") return verification;
  if (isOfOnePiece(part.seams)) return verification;
  const { reason } = verification.state;
  const spots = await checkSpots(run, part);
  switch (spots.kind) {
    case "same":
      return {
        kind: "right",
        state: { kind: "unverified", reason: `${reason} Parts that were fetched twice were the same.` },
      };
    case "untold":
      return {
        kind: "right",
        state: { kind: "unverified", reason: `${reason} Nor could its parts be compared: ${spots.reason}` },
      };
    case "different":
      return { kind: "wrong", failure: spots.failure };
    case "failed":
      return { kind: "untold", failure: spots.failure };
    case "stopped":
      return spots;
    default:
      throw spots satisfies never;
  }
}

function failed(why: Failure): EarlyEnd {
  return { kind: "failed", failure: why, bytesCame: false };
}
