import { expect, test } from "vitest";
import type { PlanAnswer, PlannedJobMessage } from "../../../src/wire/plan.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { checkDraft, EMPTY_DRAFT, placesOf, SEVERAL, toPlanRequests } from "./add-draft.ts";
import { sumPlace, toGroupSources } from "./plan-choice.ts";
import { joinAnswers } from "./plan-many.ts";
import { sumOrigin } from "./plan-sharing.ts";
import { toPlaceRows } from "./plan-rows.ts";

const SEVERAL_PLACES = { ...EMPTY_DRAFT, to: SEVERAL, places: "node:here\ngpu" };

function job(place: string, name: string, more: Partial<PlannedJobMessage> = {}): PlannedJobMessage {
  return {
    key: `${place}-${name}`,
    name,
    source: { kind: "url", text: name },
    place: { kind: "ssh", name: place },
    destination: `/${name}`,
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
const plan = (...jobs: PlannedJobMessage[]): PlanAnswer["plans"][number] => ({
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
const disk = (host: string | null, needed: number) => ({
  folder: "/d",
  host,
  free_bytes: 500,
  promised_bytes: 100,
  needed_bytes: needed,
  enough: true,
});
const answer = (plans: PlanAnswer["plans"], space: PlanAnswer["space"] = []): PlanAnswer => ({
  plans,
  count: 1,
  bytes: 2,
  unknown: 3,
  space,
});

/** Two sources for two places; at the second one of them is there. */
const ANSWER = answer([
  plan(job("here", "a"), job("here", "b")),
  plan(job("here", "c")),
  plan(job("gpu", "a", { state: "there" }), job("gpu", "b", { size: null })),
  plan(job("gpu", "c", { state: "in_the_way" })),
]);

test("what is asked for several places is asked for each of them, place by place", () => {
  const requests = toPlanRequests({ ...SEVERAL_PLACES, text: "https://example.org/a" }, [
    { key: "k", name: "n", size: 1, source: "{}" },
  ]);
  expect(requests?.map(({ source, to }) => [source, to])).toEqual([
    ["https://example.org/a", "node:here"],
    ["{}", "node:here"],
    ["https://example.org/a", "gpu"],
    ["{}", "gpu"],
  ]);
  expect(placesOf(EMPTY_DRAFT)).toBeNull();
  expect(toPlanRequests({ ...SEVERAL_PLACES, places: "", text: "x" }, [])).toBeNull();
  expect(checkDraft({ ...SEVERAL_PLACES, places: "", text: "x" }, []).places).toBe(
    "Choose at least one place",
  );
});

test("each place says what of it is chosen, there and unknown", () => {
  expect(sumPlace(ANSWER, 0, 2, new Map())).toMatchObject({ count: 3, bytes: 300, there: 0 });
  expect(sumPlace(ANSWER, 2, 4, new Map())).toMatchObject({ count: 1, bytes: 0, unknown: 1, there: 1 });
  expect(sumPlace(ANSWER, 2, 4, new Map([["3 gpu-c", true]])).count).toBe(2);
});

test("a group is asked for whole where nothing was left out anywhere, else for what is ticked", () => {
  const requests = ["node:here", "gpu"].flatMap((to) => ["one", "two"].map((source) => ({ source, to })));
  expect(toGroupSources(requests, 2, ANSWER, new Map())).toEqual([
    { source: "one" },
    { source: "two", only: ["here-c"] },
  ]);
  const choices = new Map([
    ["0 here-a", false],
    ["3 gpu-c", true],
    ["1 here-c", false],
  ]);
  expect(toGroupSources(requests, 2, ANSWER, choices)).toEqual([
    { source: "one", only: ["here-b", "gpu-b"] },
    { source: "two", replace: true, only: ["gpu-c"] },
  ]);
});

test("what is fetched once for a site is asked of its origin once, and of the others by each for itself", () => {
  const place = (to: string, site: string | null, givesFiles = true): PlaceChoice => ({
    to,
    label: to,
    host: null,
    isHere: false,
    note: null,
    site,
    givesFiles,
  });
  const of = (name: string, file: string, more: Partial<PlannedJobMessage> = {}) =>
    plan(job(name, "a", { file, ...more }), job(name, "b", { file: `${file}-b`, size: 30 }));
  const places = [place("a", "ams"), place("b", "ams", false), place("c", "fra"), place("d", null)];
  const all = answer([of("a", "x", { bytes_done: 40 }), of("b", "x"), of("c", "x"), of("d", "x")]);
  expect(sumOrigin(all, places, new Map())).toEqual({
    files: 6,
    bytes: 390,
    allFiles: 8,
    allBytes: 480,
    unknown: 0,
  });
  // One that is not chosen is fetched by nobody; another address is another file, and what has none is shared by nobody.
  const choices = new Map([["0 a-a", false]]);
  expect(sumOrigin(all, places, choices)).toMatchObject({ files: 6, bytes: 390, allFiles: 7 });
  const unlike = answer([of("a", "x"), of("b", "y", { size: null }), plan(), plan()]);
  expect(sumOrigin(unlike, places, new Map())).toMatchObject({ files: 4, allFiles: 4, unknown: 1 });
  const command = answer([plan(job("a", "a")), plan(job("b", "a")), plan(), plan()]);
  expect(sumOrigin(command, places, new Map())).toMatchObject({ files: 2, bytes: 200 });
});

test("places are lines of their own, and only open ones show their files", () => {
  const kinds = (open: number) => toPlaceRows(ANSWER, 2, (place) => place === open).map(({ kind }) => kind);
  expect(kinds(-1)).toEqual(["place", "place"]);
  expect(kinds(0)).toEqual(["place", "title", "job", "job", "title", "job", "place"]);
});

test("answers to parts are one answer, and what goes to one disk counts together", () => {
  const joined = joinAnswers([
    answer(ANSWER.plans.slice(0, 2), [disk(null, 300)]),
    answer(ANSWER.plans.slice(2), [disk(null, 200), disk("gpu", 50)]),
  ]);
  expect(joined).toMatchObject({ count: 2, bytes: 4, unknown: 6 });
  expect(joined.plans).toHaveLength(4);
  expect(joined.space.map(({ host, needed_bytes, enough }) => [host, needed_bytes, enough])).toEqual([
    [null, 500, false],
    ["gpu", 50, true],
  ]);
});
