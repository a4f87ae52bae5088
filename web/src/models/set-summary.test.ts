import { expect, test } from "vitest";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { modelKey } from "./model-filter.ts";
import { summariseSet } from "./set-summary.ts";

const model = (model_id: string, more: Partial<ModelMessage> = {}): ModelMessage => ({
  set_id: "flux",
  set_name: "Flux",
  model_id,
  name: model_id,
  description: "",
  url: "https://example.org/x",
  path: "x",
  destination: `/${model_id}`,
  sha256: null,
  size: null,
  state: "absent",
  bytes: 0,
  check: null,
  job_id: null,
  ...more,
});

test("a set tells how many are here, how big it is, and what is missing", () => {
  const models = [
    model("a", { size: 100 }),
    model("b", { state: "present", bytes: 50 }),
    model("c"),
    model("d", { size: 7 }),
  ];
  const kinds = new Map([
    [modelKey(models[0] as ModelMessage), "active" as const],
    [modelKey(models[1] as ModelMessage), "present" as const],
    [modelKey(models[2] as ModelMessage), "absent" as const],
    [modelKey(models[3] as ModelMessage), "partial" as const],
  ]);
  const { missing, ...summary } = summariseSet(models, kinds);
  expect(summary).toEqual({ here: 1, all: 4, bytes: 157, unknownSizes: 1 });
  expect(missing.map(({ model_id }) => model_id)).toEqual(["c", "d"]);
});
