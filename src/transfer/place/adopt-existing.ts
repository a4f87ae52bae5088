/** Old systems wrote straight to the final name: a shorter file there may be the beginning of this one. */
import { constants } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Failure } from "../../job/failure.ts";
import type { Question } from "../ask/ask-origin.ts";
import { compareBody } from "../judge/compare-body.ts";
import { judgeAnswer } from "../judge/judge-answer.ts";
import { partPath, writeLedger } from "../part/ledger-file.ts";
import { newLedger } from "../part/ledger.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import { compareFacts } from "../judge/object-facts.ts";
import { fileIdOf } from "../part/file-id.ts";
import { syncFolder } from "../disk/sync-folder.ts";
import type { Run } from "../transfer-run.ts";

export type Adoption =
  /** It is `NAME.part` now, with a ledger. */
  | { kind: "adopted" }
  /** It stays as it is. `reason` goes on from "the file exists already;". */
  | { kind: "different"; reason: string }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

export async function adoptExisting(
  run: Run,
  path: string,
  size: number,
  object: ObjectFacts,
): Promise<Adoption> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const start = Math.max(0, size - run.settings.limits.overlapBytes);
    const stored = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(stored, 0, stored.length, start);
    if (size > 0) {
      const proof = await compareEnd(run, stored.subarray(0, bytesRead), { start, end: size }, object);
      if (proof.kind !== "adopted") return proof;
    }
    // Claimed first, then renamed: whatever happens in between, either name leads to the same bytes.
    await handle.sync();
    await run.confirm();
    const done = size > 0 ? [[0, size] as const] : [];
    const fileId = await fileIdOf(handle);
    const ledger = newLedger({ ...run.step, url: run.addresses.current }, object);
    await writeLedger(path, { ...ledger, fileId, done, seams: null }, true);
    await rename(path, partPath(path));
    await syncFolder(dirname(path));
    return { kind: "adopted" };
  } finally {
    await handle.close();
  }
}

/** Fetches the last stored MiB again. */
async function compareEnd(
  run: Run,
  stored: Uint8Array,
  { start, end }: { start: number; end: number },
  object: ObjectFacts,
): Promise<Adoption> {
  const question: Question = { start, end, ranged: true, ifRange: null };
  const asked = await run.ask(question, run.signal);
  if (asked.kind === "aborted") return { kind: "stopped" };
  if (asked.kind === "failed") return asked;
  const { answer } = asked;
  const verdict = judgeAnswer(question, answer, object, run.settings.clock.now());
  if (verdict.kind === "refused") {
    answer.body.discard();
    return { kind: "failed", failure: verdict.failure };
  }
  const comparable = verdict.kind === "part" || verdict.kind === "doubtful";
  if (!comparable || verdict.end !== end || compareFacts(object, verdict.facts) === "different") {
    answer.body.discard();
    return { kind: "different", reason: "the server does not say whether it is the beginning of this file" };
  }
  const compared = await compareBody(answer, stored, run.signal);
  switch (compared.kind) {
    case "same":
      return { kind: "adopted" };
    case "different":
      return { kind: "different", reason: "its last bytes are not those the server has there" };
    case "failed":
    case "stopped":
      return compared;
    default:
      throw compared satisfies never;
  }
}
