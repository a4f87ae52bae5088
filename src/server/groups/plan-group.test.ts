import { expect, it } from "vitest";
import type { JobRequest, Plan } from "../../job/catalog-contract.ts";
import type { DocumentOutcome, FetchDocument } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import type { LookAtFile } from "../../job/transfer-contract.ts";
import { draft } from "../../store/suite/under-test.ts";
import { keyOf } from "../routes/choose-drafts.ts";
import { planGroup } from "./plan-group.ts";
import { shareAsking } from "./share-answers.ts";

const NEVER = new AbortController().signal;
const places = (count: number): string[] => Array.from({ length: count }, (_, n) => `gpu-${n}`);

/** A repo of so many files, for whatever place. */
function planOf(count: number, asked: (request: JobRequest) => unknown = () => null): Plan {
  return async (request) => {
    await asked(request);
    const drafts = Array.from({ length: count }, (_, n): JobDraft =>
      draft(n, { place: { kind: "node", name: request.to ?? "here" } }),
    );
    return { kind: "many", title: request.source, drafts, skipped: [] };
  };
}

it("a group has as many downloads as one source may have, and not one more", async () => {
  const full = await planGroup([{ source: "repo" }], null, planOf(20_000), NEVER);
  expect(full.drafts).toHaveLength(20_000);
  let planned = 0;
  const large = planOf(7_000, () => (planned += 1));
  await expect(planGroup([{ source: "repo" }], places(1_000), large, NEVER)).rejects.toMatchObject({
    code: "bad_request",
    field: "sources",
  });
  // The rest of the places is not planned: eight are at a time.
  expect(planned).toBeLessThanOrEqual(3 + 8);
});

it("a place that is named twice has its downloads once, and others have their turn while they are told apart", async () => {
  let turns = 0;
  let isAtWork = true;
  const takeTurn = (): void => {
    turns += 1;
    if (isAtWork) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  const twice = await planGroup([{ source: "repo" }], ["gpu-1", "gpu-1"], planOf(2_000), NEVER);
  isAtWork = false;
  expect(twice.drafts).toHaveLength(2_000);
  expect(turns).toBeGreaterThanOrEqual(8);
});

it("some files of one place and none of another: what was not chosen there is not named as left out", async () => {
  const keys: string[] = [];
  const whole = await planGroup([{ source: "repo" }], places(2), planOf(3), NEVER);
  for (const { draft: wanted } of whole.drafts.slice(0, 2)) keys.push(keyOf(wanted));
  const chosen = await planGroup([{ source: "repo", only: keys }], places(2), planOf(3), NEVER);
  expect(chosen.drafts).toHaveLength(2);
  expect([chosen.skipped, chosen.refusal]).toEqual([[], null]);
  const none = await planGroup([{ source: "repo", only: ["nobody"] }], places(2), planOf(3), NEVER);
  expect(none.skipped).toHaveLength(2);
});

const NOTHING: DocumentOutcome = { kind: "failed", failure: failure("connection_failed", "nobody is there") };

function asking(answer: (url: string) => Promise<DocumentOutcome>): {
  fetchDocument: FetchDocument;
  look: LookAtFile;
} {
  return shareAsking<{ fetchDocument: FetchDocument; look: LookAtFile }>({
    fetchDocument: ({ url }) => answer(url),
    look: async ({ url }) => {
      await answer(url);
      return { kind: "seen", name: "a", size: 1, checksum: null };
    },
  });
}

it("servers are asked for a source once, however many places it is for, and again for another source", async () => {
  const asked: string[] = [];
  const { fetchDocument, look } = asking(async (url) => {
    asked.push(url);
    return NOTHING;
  });
  const step = draft(1).steps[0] as TransferStep;
  const plan = planOf(1, async ({ source, to }) => {
    await fetchDocument({ url: `https://hub.example/${source}`, maxBytes: 1 }, NEVER);
    await look({ ...step, url: `https://files.example/${source}`, folder: `/${to}` }, NEVER);
  });
  await planGroup([{ source: "a" }, { source: "b" }], places(40), plan, NEVER);
  expect(asked.toSorted()).toEqual([
    "https://files.example/a",
    "https://files.example/b",
    "https://hub.example/a",
    "https://hub.example/b",
  ]);
  await fetchDocument({ url: "https://hub.example/a", maxBytes: 1 }, NEVER);
  expect(asked).toHaveLength(5);
});

it("an asker that was cut off leaves the question to the others", async () => {
  const outcomes: DocumentOutcome[] = [{ kind: "aborted" }, NOTHING];
  const { fetchDocument } = asking(async () => outcomes.shift() ?? NOTHING);
  const kinds: string[] = [];
  const plan = planOf(1, async () => {
    kinds.push((await fetchDocument({ url: "https://hub.example/", maxBytes: 1 }, NEVER)).kind);
  });
  await planGroup([{ source: "a" }], places(3), plan, NEVER);
  expect(kinds.toSorted()).toEqual(["aborted", "failed", "failed"]);
});
