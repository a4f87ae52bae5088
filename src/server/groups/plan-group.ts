/** What a group comes to: each of its sources for each of its places. Looks, changes nothing. */
import { setImmediate as turn } from "node:timers/promises";
import type { Plan, PlanOutcome, Refusal } from "../../job/catalog-contract.ts";
import type { JobDraft } from "../../job/job.ts";
import { redactText } from "../../job/redact.ts";
import { isTooLarge } from "../../wire/groups.ts";
import type { GroupAnswer } from "../../wire/groups.ts";
import type { JobRequestMessage } from "../../wire/requests.ts";
import { RequestError } from "../request-error.ts";
import { runAfter } from "../routes/after-run.ts";
import { chooseDrafts, keyOf } from "../routes/choose-drafts.ts";
import { shownSource } from "../routes/plan.ts";
import { toJobRequest } from "../routes/translate-jobs.ts";
import { withAnswers } from "./share-answers.ts";
import type { Answers } from "./share-answers.ts";

/** Plans made at a time: each may ask a server. */
const AT_ONCE = 8;
/** Drafts told apart before others have their turn: each takes a hash. */
const IN_ONE_TURN = 500;

export type SourceRequest = Omit<JobRequestMessage, "to">;

export interface PlannedGroup {
  /** Each once: two words may name one place. */
  drafts: { draft: JobDraft; source: number }[];
  skipped: GroupAnswer["skipped"];
  notes: string[];
  /** What people call each source. */
  titles: string[];
  /** What is wrong with the first that cannot be done. */
  refusal: Refusal | null;
}

interface Pair {
  source: number;
  request: SourceRequest;
  to: string | null;
}

/**
 * @param places null: this machine
 * @throws RequestError for more jobs than one group may have
 */
export async function planGroup(
  sources: readonly SourceRequest[],
  places: readonly string[] | null,
  plan: Plan,
  signal: AbortSignal,
): Promise<PlannedGroup> {
  const pairs: Pair[] = sources.flatMap((request, source) =>
    (places ?? [null]).map((to) => ({ source, request, to })),
  );
  const outcomes: PlanOutcome[] = [];
  const answers = new AnswersOfSources(places?.length ?? 1);
  const enough = new AbortController();
  const stop = AbortSignal.any([signal, enough.signal]);
  let count = 0;
  const work = pairs.entries();
  const worker = async (): Promise<void> => {
    for (const [index, { source, request, to }] of work) {
      if (enough.signal.aborted) return;
      const all = await answers.share(source, () => plan(toJobRequest({ ...request, to }), stop));
      const outcome = runAfter(chooseDrafts(all, request.only ?? null), request.after_run ?? null);
      outcomes[index] = outcome;
      count += draftsOf(outcome).length;
      const tooLarge = isTooLarge(count);
      if (tooLarge === null) continue;
      enough.abort();
      throw new RequestError("bad_request", tooLarge, "sources", {
        advice:
          "Ask for fewer sources, for some of their files (include, only), or for fewer places at a time.",
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return collect(pairs, outcomes);
}

/** What servers answered is kept for as long as a source has places left to plan. */
class AnswersOfSources {
  readonly #places: number;
  readonly #kept = new Map<number, { answers: Answers; left: number }>();

  constructor(places: number) {
    this.#places = places;
  }

  async share<T>(source: number, work: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(source) ?? { answers: new Map(), left: this.#places };
    this.#kept.set(source, kept);
    kept.left -= 1;
    // Those that began before this one have the answers in their hands.
    if (kept.left === 0) this.#kept.delete(source);
    return withAnswers(kept.answers, work);
  }
}

async function collect(pairs: readonly Pair[], outcomes: readonly PlanOutcome[]): Promise<PlannedGroup> {
  const all: PlannedGroup = { drafts: [], skipped: [], notes: [], titles: [], refusal: null };
  const seen = new Set<string>();
  const notes = new Set<string>();
  let looked = 0;
  for (const [index, { source, request, to }] of pairs.entries()) {
    const outcome = outcomes[index] as PlanOutcome;
    const of = { source: shownSource(request.source.trim()), to };
    all.titles[source] ??= titleOf(outcome) ?? of.source;
    if (isForOthers(outcome, outcomes, pairs, source)) continue;
    if (outcome.kind === "refused") {
      all.refusal ??= outcome;
      all.skipped.push({ ...of, what: null, reason: redactText(outcome.failure.message) });
    } else {
      for (const note of outcome.notes ?? []) notes.add(note);
      for (const { what, reason } of outcome.kind === "many" ? outcome.skipped : [])
        all.skipped.push({ ...of, what, reason });
    }
    for (const draft of draftsOf(outcome)) {
      looked += 1;
      if (looked % IN_ONE_TURN === 0) await turn();
      const key = keyOf(draft);
      if (seen.has(key)) continue;
      seen.add(key);
      all.drafts.push({ draft, source });
    }
  }
  return { ...all, notes: [...notes] };
}

/** Keys in `only` name jobs at places: a place that none of them is for was not asked for this source. */
function isForOthers(
  outcome: PlanOutcome,
  outcomes: readonly PlanOutcome[],
  pairs: readonly Pair[],
  source: number,
): boolean {
  if (outcome.kind !== "refused" || outcome.field !== "only") return false;
  return outcomes.some((other, index) => pairs[index]?.source === source && draftsOf(other).length > 0);
}

function titleOf(outcome: PlanOutcome): string | null {
  if (outcome.kind === "refused") return null;
  return outcome.kind === "many" ? outcome.title : outcome.draft.name;
}

function draftsOf(outcome: PlanOutcome): readonly JobDraft[] {
  if (outcome.kind === "refused") return [];
  return outcome.kind === "many" ? outcome.drafts : [outcome.draft];
}
