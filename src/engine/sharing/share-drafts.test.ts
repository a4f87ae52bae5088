import { expect, it } from "vitest";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import { draft } from "../../store/suite/under-test.ts";
import type { GroupPart } from "../engine-contract.ts";
import type { SharingNode } from "./share-drafts.ts";
import { shareDrafts } from "./share-drafts.ts";

const node = (name: string, site: string | null, gives = true): SharingNode => ({
  name,
  labels: site === null ? {} : { site },
  shareAddress: gives ? `http://${name}` : null,
});
const on = (name: string, n = 1, more: Partial<JobDraft> = {}): GroupPart => ({
  draft: draft(n, { place: { kind: "node", name }, ...more }),
  source: 0,
});
const sitesOf = (parts: readonly GroupPart[], nodes: readonly SharingNode[]): (string | null)[] =>
  shareDrafts("g", parts, nodes).parts.map((part) => part.draft.sharing?.site ?? null);

it("machines of one site share a file, those of another site share it among themselves", () => {
  const nodes = [node("a", "ams"), node("b", "ams"), node("c", "fra"), node("d", "fra")];
  const { parts, notes } = shareDrafts(
    "g",
    [on("a"), on("b"), on("c"), on("d"), on("a", 2), on("b", 2)],
    nodes,
  );
  const keys = parts.map((part) => part.draft.sharing?.key);
  expect(parts.map((part) => part.draft.sharing?.site)).toEqual(["ams", "ams", "fra", "fra", "ams", "ams"]);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).toBe(keys[3]);
  expect(new Set(keys).size).toBe(3);
  expect(notes).toEqual([]);
  // Another group may be of another day.
  expect(shareDrafts("h", [on("a"), on("b")], nodes).parts[0]?.draft.sharing?.key).not.toBe(keys[0]);
});

it("who is alone, of no site, an instance, or where nobody gives files fetches for itself, and it is said", () => {
  const nodes = [node("a", "ams"), node("c", "fra", false), node("d", "fra", false), node("e", null)];
  const away = on("x", 1, { place: { kind: "ssh", hostId: "x" } });
  const { parts, notes } = shareDrafts("g", [on("a"), on("c"), on("d"), on("e"), away], nodes);
  expect(parts.every((part) => part.draft.sharing === undefined)).toBe(true);
  expect(notes).toEqual([
    "None of these machines of site fra gives files to others (HAULYARD_SHARE_HOST): each fetches for itself.",
    "e has no label 'site': it fetches for itself.",
    "Instances fetch for themselves: files are shared among machines.",
  ]);
});

it("one that gives is enough, and what is asked for otherwise is another file", () => {
  const nodes = [node("a", "ams"), node("b", "ams", false)];
  expect(sitesOf([on("a"), on("b")], nodes)).toEqual(["ams", "ams"]);
  // It has to be among them: another one never has the file.
  expect(sitesOf([on("b"), on("c")], [...nodes, node("c", "ams", false)])).toEqual([null, null]);
  const [step] = draft(1).steps as [TransferStep];
  const other = on("b", 1, { steps: [{ ...step, headers: { cookie: "mine" } }] });
  expect(sitesOf([on("a"), other], nodes)).toEqual([null, null]);
  expect(sitesOf([on("a"), on("b", 1, { after: "one" })], nodes)).toEqual([null, null]);
});
