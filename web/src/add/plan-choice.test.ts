import { describe, expect, test } from "vitest";
import type { PlanAnswer, PlannedJobMessage } from "../../../src/wire/plan.ts";
import { chooseAll, isChosen, sumChosen, toChosenRequests } from "./plan-choice.ts";
import { placesToLook } from "./places-to-look.ts";
import { choiceKey, rowMatches, toPlanRows } from "./plan-rows.ts";

function job(key: string, more: Partial<PlannedJobMessage> = {}): PlannedJobMessage {
  return {
    key,
    name: `${key}.bin`,
    source: { kind: "url", text: `https://example.org/${key}.bin` },
    place: { kind: "node", name: "here" },
    destination: `/files/${key}.bin`,
    size: 100,
    checksum: null,
    state: "new",
    bytes_done: 0,
    from: null,
    job_id: null,
    commands: [],
    trouble: null,
    ...more,
  };
}

const trouble = { code: "not_found", message: "404", advice: "", retryable: false } as const;
const plan = (jobs: PlannedJobMessage[]): PlanAnswer["plans"][number] => ({
  source: "x",
  title: "x",
  jobs,
  count: 0,
  bytes: 0,
  unknown: 0,
  skipped: [],
  notes: [],
  error: null,
});
const answer = (...plans: PlanAnswer["plans"]): PlanAnswer => ({
  plans,
  count: 0,
  bytes: 0,
  unknown: 0,
  space: [],
});
const NONE = new Map<string, boolean>();

describe("proposed is what nothing seems to be wrong with", () => {
  test("not what fails already, and a file is replaced only if somebody says so", () => {
    expect(isChosen(0, job("a"), NONE)).toBe(true);
    expect(isChosen(0, job("a", { state: "begun" }), NONE)).toBe(true);
    expect(isChosen(0, job("a", { trouble }), NONE)).toBe(false);
    expect(isChosen(0, job("a", { state: "in_the_way" }), NONE)).toBe(false);
    expect(isChosen(0, job("a", { state: "in_the_way" }), new Map([["0 a", true]]))).toBe(true);
  });

  test("and what is there, queued or twice in the list cannot be chosen at all", () => {
    for (const state of ["there", "queued", "repeated"] as const)
      expect(isChosen(0, job("a", { state }), new Map([["0 a", true]]))).toBe(false);
  });
});

test("what is chosen adds up to the bytes that are still to be fetched", () => {
  const shown = answer(
    plan([job("a", { bytes_done: 30 }), job("b", { size: null }), job("c", { state: "there" })]),
    plan([job("d", { place: { kind: "ssh", name: "gpu" } })]),
  );
  expect(sumChosen(shown, NONE)).toEqual({ count: 3, bytes: 170, bytesHere: 70, unknown: 1, choosable: 3 });
  const none = chooseAll(["0 a", "0 b", "1 d"], false, NONE);
  expect(sumChosen(shown, none)).toMatchObject({ count: 0, bytes: 0, choosable: 3 });
});

describe("the server is asked for what is chosen, and for nothing else", () => {
  const requests = [{ source: "one" }, { source: "two" }];

  test("for the whole where all of it is wanted", () => {
    const shown = answer(plan([job("a"), job("b", { state: "there" })]), plan([job("c")]));
    expect(toChosenRequests(requests, shown, NONE)).toEqual(requests);
  });

  test("by keys where some are not, and not at all where none is", () => {
    const shown = answer(plan([job("a"), job("b"), job("c", { trouble })]), plan([job("d")]));
    expect(toChosenRequests(requests, shown, new Map([["1 d", false]]))).toEqual([
      { source: "one", only: ["a", "b"] },
    ]);
  });

  test("by itself for a file that takes the place of another", () => {
    const shown = answer(plan([job("a"), job("b", { state: "in_the_way" })]), plan([]));
    expect(toChosenRequests(requests, shown, NONE)).toEqual([{ source: "one", only: ["a"] }]);
    expect(toChosenRequests(requests, shown, new Map([["0 b", true]]))).toEqual([
      { source: "one", only: ["a"] },
      { source: "one", replace: true, only: ["b"] },
    ]);
  });
});

describe("the lines of a plan", () => {
  const error = {
    code: "not_found",
    field: "source",
    retryable: false,
    advice: "Look.",
    page: null,
  } as const;

  test("tell what is wrong, the files, what is left out; titles only of several sources", () => {
    const left = { what: "line 3", reason: "no address", file: null };
    const one = { ...plan([job("a")]), skipped: [left], notes: ["Pinned."] };
    expect(toPlanRows(answer(one)).map(({ kind }) => kind)).toEqual(["job", "skipped", "note"]);
    const wrong = { ...plan([]), error: { ...error, message: "source: nobody knows it" } };
    const rows = toPlanRows(answer(one, wrong));
    expect(rows.map(({ kind }) => kind)).toEqual(["title", "job", "skipped", "note", "title", "error"]);
    expect(rows.at(-1)).toMatchObject({ message: "Nobody knows it" });
  });

  test("are told apart where a file is twice in a list, and chosen alike", () => {
    const rows = toPlanRows(answer(plan([job("a"), job("a", { state: "repeated" })])));
    expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
    expect(choiceKey(0, job("a"))).toBe("0 a");
  });

  test("are searched by name, place and address; what is wrong stays in sight", () => {
    const shown = answer({ ...plan([job("a"), job("b")]), error: { ...error, message: "x" } });
    const found = toPlanRows(shown).filter((row) => rowMatches(row, ["files", "b.bin"]));
    expect(found.map((row) => (row.kind === "job" ? row.job.key : row.kind))).toEqual(["error", "b"]);
  });
});

test("a model that nobody knows is looked for by its name, which cannot leave the search", () => {
  expect(placesToLook("dream_shaper v8.safetensors").map(({ url }) => url)).toEqual([
    "https://huggingface.co/models?search=dream%20shaper%20v8",
    "https://civitai.com/search/models?query=dream%20shaper%20v8",
  ]);
  expect(placesToLook("a&b#c.pt")[0]?.url).toContain("a%26b%23c");
});
