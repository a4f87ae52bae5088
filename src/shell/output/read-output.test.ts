import { describe, expect, test } from "vitest";
import { readOutput } from "./read-output.ts";
import { eventsOf, logOf, RECORDINGS } from "./testing/corpus.ts";
import type { ToolEvent, ToolName } from "../../job/output-contract.ts";

/** Recordings that say nothing, or say first what any program may say. */
const ANYBODYS = new Set([
  "wget/no-such-folder",
  ...["404", "401", "refused", "no-such-host", "other-name"].map((name) => `busybox/${name}`),
]);
/** Bars of files are drawn before the line that only hf has. */
const BEGINS_AS_TQDM = /^0\.36-like-repository/;

const isComplete = ({ type }: ToolEvent): boolean => type === "stage_complete";

describe("a tool found by its output", () => {
  test.each(RECORDINGS)("$tool/$name", (recording) => {
    const expected = eventsOf(recording.tool, [logOf(recording)]);
    const found = eventsOf("auto", [logOf(recording)]);
    if (ANYBODYS.has(`${recording.tool}/${recording.name}`)) return;
    const shown = BEGINS_AS_TQDM.test(recording.name) ? found.filter(isComplete) : found;
    const wanted = BEGINS_AS_TQDM.test(recording.name) ? expected.filter(isComplete) : expected;
    expect(shown.map(({ type, name }) => [type, name])).toEqual(wanted.map(({ type, name }) => [type, name]));
  });

  test.each(RECORDINGS.filter(({ tool }) => tool === "wget2" || tool === "busybox"))(
    "$tool/$name, though it was called wget",
    (recording) => {
      const events = eventsOf("wget", [logOf(recording)]);
      const expected = eventsOf(recording.tool, [logOf(recording)]);
      expect(events.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
    },
  );

  test("one tool after another is followed", () => {
    const log = (tool: string, name: string): Buffer =>
      logOf(RECORDINGS.find((each) => each.tool === tool && each.name === name) ?? expect.fail());
    const both = Buffer.concat([log("wget", "bar"), log("civitdl", "like-one"), log("hf", "2.0-file")]);
    const completed = eventsOf("auto", [both]).filter(({ type }) => type === "stage_complete");
    expect(completed.map((event) => event.name)).toEqual([
      "model.safetensors",
      "Wan2.1 FusionX",
      "model-00001-of-00002.safetensors",
    ]);
  });
});

describe("the shapes that clients of the old queue know", () => {
  const only = (tool: ToolName, text: string): ToolEvent | undefined =>
    eventsOf(tool, [Buffer.from(text)])[0];

  test("civitdl begins", () => {
    expect(only("civitdl", 'Now downloading "Model Name"...\n')).toMatchObject({
      type: "stage_start",
      name: "Model Name",
    });
  });

  test("civitdl goes on", () => {
    const line = "\rModel: 50%|█████░░░░░| 50.0MiB/100.0MiB [00:05<00:05, 10.0MiB/s]\n";
    expect(only("civitdl", line)).toMatchObject({
      type: "progress",
      stage: "model",
      percent: 50,
      downloaded: "50.0MiB",
      total: "100.0MiB",
      speed: "10.0MiB/s",
      eta: "5s",
      bytes_done: 52_428_800,
      bytes_total: 104_857_600,
      bytes_per_second: 10_485_760,
      eta_seconds: 5,
    });
  });

  test("civitdl completes", () => {
    expect(only("civitdl", 'Download completed for "Model Name"\n')).toMatchObject({
      type: "stage_complete",
      name: "Model Name",
      percent: 100,
    });
  });

  test("wget goes on", () => {
    expect(only("wget", "model.safetensors   50%[====>        ] 50.0M  45.3MB/s  eta 5s")).toMatchObject({
      type: "progress",
      stage: "download",
      filename: "model.safetensors",
      percent: 50,
      downloaded: "50.0MiB",
      speed: "45.3MiB/s",
      eta: "5s",
    });
  });

  test("wget completes", () => {
    const line = "2026-11-21 08:08:36 (673 MB/s) - 'model.safetensors' saved [104857600/104857600]\n";
    expect(only("wget", line)).toMatchObject({
      type: "stage_complete",
      filename: "model.safetensors",
      percent: 100,
      bytes_total: 104_857_600,
    });
  });
});

describe("a slow link", () => {
  test("the last frame is told while the next one is waited for, and told once", () => {
    const events: ToolEvent[] = [];
    const reader = readOutput("hf", (event) => events.push(event));
    const frame = "\rmodel.bin:  35%|███▍      | 10.5M/30.0M [00:09<00:17, 1.10MB/s]";
    reader.write(Buffer.from(frame));
    expect(events).toEqual([]);
    reader.settle();
    reader.settle();
    reader.write(Buffer.from("\r"));
    reader.end();
    expect(events.map((event) => event.type === "progress" && event.percent)).toEqual([35]);
  });

  test("a row of dots counts as far as it is drawn", () => {
    const events: ToolEvent[] = [];
    const reader = readOutput("wget", (event) => events.push(event));
    reader.write(Buffer.from("     0K ........ ........ ........ ........ 16% 1.00M 3m0s\n"));
    reader.write(
      Buffer.from(" 32768K ........ ........ ........ ........ 33% 1.00M 2m0s\n 65536K ........ ..."),
    );
    reader.settle();
    expect(events.at(-1)).toMatchObject({ bytes_done: (64 + 11) * 1024 * 1024 });
  });

  test("a sentence that has begun is waited for", () => {
    const events: ToolEvent[] = [];
    const reader = readOutput("curl", (event) => events.push(event));
    reader.write(Buffer.from("curl: (22) The requested URL returned err"));
    reader.settle();
    reader.write(Buffer.from("or: 404\n"));
    reader.end();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ http_status: 404 });
  });
});
