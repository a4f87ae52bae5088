/**
 * The short way of a small file: all of it into memory, checked there, and only then to the disk.
 *
 * It ends well or not at all. Whatever is not as it should be (a partial is there, the answer is no whole file of
 * known length, the body breaks off or takes long, its hash is another one) goes the ordinary way, with the answer
 * and the bytes that are there already: nothing is asked for twice, and one place decides what it means.
 */
import type { Checksum, ChecksumState } from "../../job/job.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { WHOLE } from "../ask/ask-origin.ts";
import { basename } from "node:path";
import { checkEncoding, HEAD_BYTES } from "../judge/check-content.ts";
import { checkExpectations } from "../judge/check-expectations.ts";
import { headerOf } from "../ask/http-answer.ts";
import { judgeAnswer } from "../judge/judge-answer.ts";
import { ledgerDraftPath, ledgerPath, partPath } from "../part/ledger-file.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import { checkHead } from "../part/open-part.ts";
import type { Listed } from "../sidecar/pick-checksum.ts";
import type { Allowance } from "../sinks/limit-sink.ts";
import { LimitSink } from "../sinks/limit-sink.ts";
import type { Run } from "../transfer-run.ts";
import { unverified, verified } from "../verify/verify-file.ts";
import type { TransferOutcome } from "../../job/transfer-contract.ts";
import { Gathered } from "./gathered.ts";
import { GatherSink } from "./gather-sink.ts";
import { MovedBody } from "./moved-body.ts";
import { placeSmall } from "./place-small.ts";
import type { SmallFolder } from "./small-folder.ts";

/** Longer in memory only, and a kill would cost more than a few seconds of it (CONTRACT §7.3). */
const LONGEST_MS = 2_000;

export type SmallOutcome =
  | { kind: "over"; outcome: TransferOutcome }
  /** Not this way; `first`: the answer with the whole object, where there is one. */
  | { kind: "ordinary"; first: FinalAnswer | null };

interface Asked {
  kind: "asked";
  answer: FinalAnswer;
  facts: ObjectFacts;
  size: number;
}

interface Received {
  kind: "received";
  asked: Asked;
  body: Gathered;
  /** Hands everything over to the ordinary way. */
  move: () => SmallOutcome;
}

/**
 * Under the lock.
 *
 * @param first an answer with the whole object, if one is there already
 */
export async function fetchSmall(
  run: Run,
  path: string,
  folder: SmallFolder,
  first: FinalAnswer | null,
): Promise<SmallOutcome> {
  const { smallBytes } = run.settings.limits;
  // Under a limit there is no hurry.
  const isLimited = run.bandwidth.pieceBytes() < Infinity;
  if (smallBytes === 0 || isLimited || (await isAnythingThere(path, folder)))
    return { kind: "ordinary", first };
  const asked = await askForWhole(run, first);
  if (asked.kind !== "asked") return asked;
  const refused = await admit(run, path, folder, asked);
  if (refused !== null) return refused;
  const body = await Gathered.reserve(run.machinery.pool, asked.size);
  try {
    return await run.machinery.small.during(async () => {
      const received = await receive(run, asked, body);
      return received.kind === "received" ? settle(run, path, folder, received) : received;
    });
  } finally {
    body.release();
  }
}

async function isAnythingThere(path: string, { calls }: SmallFolder): Promise<boolean> {
  for (const name of [path, partPath(path), ledgerPath(path), ledgerDraftPath(path)]) {
    if ((await calls.look(name)) !== null) return true;
  }
  return false;
}

async function askForWhole(run: Run, first: FinalAnswer | null): Promise<Asked | SmallOutcome> {
  let answer = first;
  if (answer === null) {
    run.report.stage("connecting", 0, run.addresses.note);
    const asked = await run.ask(WHOLE, run.signal);
    if (asked.kind === "aborted") return over({ kind: "stopped" });
    if (asked.kind === "failed") {
      run.keepAhead(WHOLE, asked);
      return { kind: "ordinary", first: null };
    }
    ({ answer } = asked);
  }
  const verdict = judgeAnswer(WHOLE, answer, null, run.settings.clock.now());
  const { length } = answer;
  const isSmall = verdict.kind === "whole" && length !== null && length <= run.settings.limits.smallBytes;
  if (!isSmall) return { kind: "ordinary", first: answer };
  return { kind: "asked", answer, facts: verdict.facts, size: length };
}

/** Null when nothing stands in the way of the body. */
async function admit(
  run: Run,
  path: string,
  folder: SmallFolder,
  { answer, facts, size }: Asked,
): Promise<SmallOutcome | null> {
  const coding = headerOf(answer.headers, "content-encoding");
  const wrong =
    checkEncoding(coding, basename(path), answer.url.host) ?? checkExpectations(run.step, answer, facts);
  if (wrong !== null) return { kind: "ordinary", first: answer };
  const refusal = await run.resolveOnce(path, size);
  if (refusal !== null) return over({ kind: "failed", failure: refusal, bytesCame: false });
  run.report.bytes(0, size);
  const reserved = await run.options.reservedBytes(run.step.folder);
  const others = reserved + run.settings.limits.spaceMarginBytes;
  if (!(await folder.hasRoom(size, others))) return { kind: "ordinary", first: answer };
  await run.point("answered");
  return null;
}

async function receive(run: Run, asked: Asked, body: Gathered): Promise<Received | SmallOutcome> {
  run.report.stage("downloading", 1, run.addresses.note);
  const sink = new GatherSink(body, (came) => run.report.bytes(came, asked.size));
  const stopped = Promise.withResolvers<null>();
  const timer = setTimeout(() => sink.stopSoon(() => stopped.resolve(null)), LONGEST_MS);
  const end = asked.answer.body.receive(new LimitSink(sink, allowanceOf(run, sink)), run.signal);
  const how = await Promise.race([end, stopped.promise]);
  clearTimeout(timer);
  if (how?.kind === "aborted") return over({ kind: "stopped" });
  const move = (): SmallOutcome => {
    const moved = new MovedBody(Buffer.concat(body.pieces(sink.came)), sink, end);
    return { kind: "ordinary", first: { ...asked.answer, body: moved } };
  };
  return how?.kind === "ended" && sink.came === body.bytes ? { kind: "received", asked, body, move } : move();
}

/** Bytes count once: those that go elsewhere are counted there. */
function allowanceOf({ bandwidth }: Run, sink: GatherSink): Allowance {
  return {
    pieceBytes: () => (sink.isStopped ? Infinity : bandwidth.pieceBytes()),
    spend: (bytes) => (sink.isStopped ? undefined : bandwidth.spend(bytes)),
  };
}

/** All of it is in memory: is it right? Then to its place. */
async function settle(
  run: Run,
  path: string,
  folder: SmallFolder,
  { asked, body, move }: Received,
): Promise<SmallOutcome> {
  const { answer, facts, size } = asked;
  await run.point("fetched");
  const [first = new Uint8Array(0)] = body.pieces();
  if (checkHead(path, answer, size, first.subarray(0, HEAD_BYTES)) !== null) return move();
  run.report.stage("verifying");
  await run.point("verifying");
  const state = await verifySmall(run, body, run.step.checksum ?? facts.published);
  if (state === "stopped") return over({ kind: "stopped" });
  if (state === "wrong") return move();
  await run.point("verified");
  if (run.lost.aborted) return over({ kind: "stopped" });
  if ((await placeSmall(run, path, folder, body)) === "not") return move();
  return over({ kind: "complete", path, size, checksumState: state, alreadyThere: false });
}

async function verifySmall(
  run: Run,
  body: Gathered,
  given: Checksum | null,
): Promise<ChecksumState | "wrong" | "stopped"> {
  let expected: Listed;
  if (given !== null) expected = { checksum: given, size: null };
  else {
    const found = await run.search.result(body.bytes);
    if (run.signal.aborted) return "stopped";
    if (found.kind !== "listed") return unverified(found, true);
    expected = found.listed;
  }
  const { checksum, size } = expected;
  if (size !== null && size !== body.bytes) return "wrong";
  const hex = await run.machinery.small.digest(body, checksum.algorithm);
  run.report.verified(body.bytes);
  return hex === checksum.hex.toLowerCase() ? verified(checksum) : "wrong";
}

function over(outcome: TransferOutcome): SmallOutcome {
  return { kind: "over", outcome };
}
