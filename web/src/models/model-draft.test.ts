import { describe, expect, test } from "vitest";
import {
  checkModelDraft,
  emptyModelDraft,
  NEW_SET,
  toModelDraftField,
  toModelInfo,
  toSetId,
} from "./model-draft.ts";

const good = {
  ...emptyModelDraft("flux"),
  name: "Flux dev",
  url: "https://example.org/flux1-dev.safetensors",
  path: "unet/",
};

describe("what is wrong is told at its field", () => {
  test("name, address and path are needed, the rest is not", () => {
    expect(Object.keys(checkModelDraft(emptyModelDraft("flux")))).toEqual(["name", "url", "path"]);
    expect(checkModelDraft(good)).toEqual({});
  });

  test("a new set needs a name", () => {
    expect(checkModelDraft({ ...good, set: NEW_SET })).toHaveProperty("newSet");
  });

  test("hash and size are checked only if they are given", () => {
    expect(checkModelDraft({ ...good, sha256: "xyz", size: "23 GB" })).toMatchObject({
      sha256: expect.stringContaining("has 3"),
      size: expect.stringContaining("whole number"),
    });
  });
});

describe("what the server is asked", () => {
  test("a size with separators is the number it looks like", () => {
    expect(toModelInfo({ ...good, size: "23,841 748_992" }).size).toBe(23_841_748_992);
  });

  test("an emptied hash or size is taken out of the entry, not left as it was", () => {
    expect(toModelInfo(good)).toMatchObject({ sha256: null, size: null });
  });

  test("the id of a new set is made of its name and is not one that exists", () => {
    expect(toSetId("Wan 2.1 – Vidéo", [])).toBe("wan_2_1_video");
    expect(toSetId("Flux", ["flux", "flux_2"])).toBe("flux_3");
    expect(toSetId("模型", [])).toBe("模型");
    expect(toSetId("/ ../", [])).toBe("set");
  });
});

test("the server's fields are found in the form", () => {
  expect(toModelDraftField("model_info.url")).toBe("url");
  expect(toModelDraftField("path")).toBe("path");
  expect(toModelDraftField("new_group_name")).toBe("newSet");
  expect(toModelDraftField("body")).toBeNull();
});
