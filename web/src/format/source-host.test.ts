import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { folderOf, shortPath, sourceHost } from "./source-host.ts";

test("the source is told by its host", () => {
  expect(sourceHost(makeJob())).toBe("example.org");
  expect(
    sourceHost(
      makeJob({ steps: [{ kind: "command", line: "wget x", title: null, tool: "wget", expects: [] }] }),
    ),
  ).toBeNull();
});

test("the folder is that of the destination, or where it is going to be", () => {
  expect(folderOf(makeJob())).toBe("/data/models/unet");
  expect(folderOf(makeJob({ destination: "/file" }))).toBe("/");
  expect(folderOf(makeJob({ destination: null }))).toBe("/data/models/unet");
});

test("a long path keeps its end, which tells folders apart", () => {
  expect(shortPath("/workspace/ComfyUI/models/unet")).toBe("…/models/unet");
  expect(shortPath("/models/unet")).toBe("/models/unet");
});
