import { describe, expect, test } from "vitest";
import type { HostMessage, HostScanMessage } from "../../../src/wire/hosts.ts";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import { missingTools, readPlans, seenBy, sumUpCards } from "./install-plan.ts";

const FOLDER = "/workspace/ComfyUI/models";

function planOf(some: object = {}, job: object = {}): PlanAnswer["plans"][number] {
  const expects = [{ folder: `${FOLDER}/vae`, name: "ae.safetensors", urls: [], size: 300, checksum: null }];
  const command = { kind: "command", line: "wget x", title: "VAE", tool: "wget", expects };
  return {
    source: "vae/flux.md",
    title: "FLUX VAE",
    error: null,
    notes: ["A note."],
    jobs: [{ name: "FLUX VAE", state: "new", size: 300, trouble: null, commands: [command], ...job }],
    ...some,
  } as unknown as PlanAnswer["plans"][number];
}
const answer = (...plans: PlanAnswer["plans"]): PlanAnswer => ({ plans }) as PlanAnswer;

function scan(files: { path: string; bytes: number }[], more = false) {
  return seenBy({ folder: FOLDER, files, more } as HostScanMessage);
}

describe("a card on an instance", () => {
  const stateWith = (...seen: [] | [ReturnType<typeof scan>]): string | undefined =>
    readPlans(answer(planOf()), seen[0] ?? null)[0]?.state;
  const thereWith = (seen: ReturnType<typeof scan> | null) =>
    readPlans(answer(planOf()), seen)[0]?.commands[0]?.files[0]?.there;

  test("is there once all its files were seen with their sizes, and new before", () => {
    expect(stateWith(scan([{ path: "vae/ae.safetensors", bytes: 300 }]))).toBe("there");
    expect(stateWith(scan([{ path: "vae/ae.safetensors", bytes: 299 }]))).toBe("new");
    expect(stateWith(scan([]))).toBe("new");
    expect(stateWith()).toBe("new");
  });

  test("has files of which nothing can be said while nobody looked, or not at all of them", () => {
    expect(thereWith(null)).toBeNull();
    expect(thereWith(scan([], true))).toBeNull();
    expect(thereWith(scan([]))).toBe(false);
  });

  test("that is in the queue already is not counted again, and one that is refused says why", () => {
    const error = { message: "There is no card with this path.", advice: "See GET /resources/list." };
    const cards = readPlans(
      answer(
        planOf(),
        planOf({}, { state: "queued" }),
        planOf({ jobs: [], error }),
        planOf({}, { size: null }),
      ),
      null,
    );
    expect(cards.map(({ state }) => state)).toEqual(["new", "queued", "refused", "new"]);
    expect(cards[2]?.problem).toBe("There is no card with this path. See GET /resources/list.");
    expect(sumUpCards(cards)).toEqual({ count: 2, bytes: 300, unknown: 1 });
  });
});

describe("tools", () => {
  const host = (...tools: string[]) =>
    ({ scanned_at: "x", tools: tools.map((tool) => ({ tool })) }) as unknown as HostMessage;
  const cards = readPlans(
    answer(
      planOf(),
      planOf({}, { commands: [{ line: "hf download x", title: null, tool: "hf", expects: [] }] }),
      planOf({}, { commands: [{ line: "make", title: null, tool: "auto", expects: [] }] }),
    ),
    null,
  );

  test("that the commands call and the instance has not are named, each once", () => {
    expect(missingTools(cards, host("curl"))).toEqual(["wget", "hf"]);
    expect(missingTools(cards, host("wget", "huggingface-cli"))).toEqual([]);
  });

  test("are not missed where nobody has looked", () => {
    expect(missingTools(cards, { ...host(), scanned_at: null })).toEqual([]);
  });
});
