import { describe, expect, test } from "vitest";
import { readHubAddress } from "./read-address.ts";

const ENDPOINT = "https://mirror.example/hf";

/** `type repo@revision path shape`, or why not. */
function read(source: string): string {
  const reading = readHubAddress(source, ENDPOINT);
  if (reading.kind !== "address") return reading.kind === "wrong" ? `wrong: ${reading.reason}` : "other";
  const { type, repo, revision, path, shape } = reading.address;
  return `${type} ${repo}@${revision ?? "-"} ${path || "-"} ${shape ?? "?"}`;
}

describe("what names something on Hugging Face", () => {
  test.each([
    ["hf://org/repo", "models org/repo@- - folder"],
    ["hf://org/repo/", "models org/repo@- - folder"],
    ["HF://org/repo/vae/x.safetensors", "models org/repo@- vae/x.safetensors ?"],
    ["hf://org/repo/vae/", "models org/repo@- vae folder"],
    ["hf://org/repo@v1.0/x.bin", "models org/repo@v1.0 x.bin ?"],
    ["hf://org/repo@v1.0", "models org/repo@v1.0 - folder"],
    ["hf://org/repo@feature%2Fx/x.bin", "models org/repo@feature/x x.bin ?"],
    ["hf://org/repo@refs/pr/12/x.bin", "models org/repo@refs/pr/12 x.bin ?"],
    [
      "hf://datasets/org/repo@refs/convert/parquet/x.parquet",
      "datasets org/repo@refs/convert/parquet x.parquet ?",
    ],
    ["hf://spaces/org/repo/app.py", "spaces org/repo@- app.py ?"],
    ["hf://models/org/repo/x", "models org/repo@- x ?"],
    ["hf://gpt2@main/config.json", "models gpt2@main config.json ?"],
    ["hf://gpt2", "models gpt2@- - folder"],
    ["hf://org/repo/a%20b.bin", "models org/repo@- a b.bin ?"],
    ["https://huggingface.co/org/repo", "models org/repo@- - folder"],
    ["https://huggingface.co/org/repo/tree/main", "models org/repo@main - folder"],
    ["https://huggingface.co/org/repo/tree/main/vae", "models org/repo@main vae folder"],
    [
      "https://huggingface.co/org/repo/resolve/main/vae/x.bin?download=true",
      "models org/repo@main vae/x.bin file",
    ],
    ["https://hf.co/org/repo/blob/abc/x.bin#L1", "models org/repo@abc x.bin file"],
    ["https://huggingface.co/gpt2/resolve/main/config.json", "models gpt2@main config.json file"],
    ["https://huggingface.co/datasets/org/d/resolve/main/x.csv", "datasets org/d@main x.csv file"],
    [
      "https://huggingface.co/datasets/squad/blob/refs%2Fconvert%2Fparquet/x",
      "datasets squad@refs/convert/parquet x file",
    ],
    ["https://huggingface.co/spaces/org/s/blob/main/app.py", "spaces org/s@main app.py file"],
    ["https://mirror.example/hf/org/repo/resolve/main/x.bin", "models org/repo@main x.bin file"],
  ])("%s", (source, expected) => {
    expect(read(source)).toBe(expected);
  });
});

describe("what only looks like it is left to others", () => {
  test.each([
    "https://huggingface.co/",
    "https://huggingface.co/docs/hub/index",
    "https://huggingface.co/api/models/org/repo",
    "https://huggingface.co/org/repo/discussions/1",
    "https://huggingface.co/org/repo/resolve/",
    "https://mirror.example/other/org/repo",
    "https://huggingface.co.evil.example/org/repo",
    "https://example.org/org/repo/resolve/main/x",
    "org/repo",
    "",
  ])("%j", (source) => expect(read(source)).toBe("other"));
});

describe("what is meant for it and wrong says why", () => {
  test.each([
    ["hf:", "must be hf://"],
    ["hf://", "must be hf://"],
    ["hf:///x", "must name a repo"],
    ["hf://datasets/", "must name a repo"],
    ["hf://org/..", "must name a repo"],
    ["hf://org/re po/x", "must name a repo"],
    ["hf://org/repo@/x", "must name a revision"],
    ["hf://org/repo/../../etc/passwd", "must not hold empty parts, '.' or '..'"],
    ["hf://org/repo/%2e%2e/x", "must not hold empty parts, '.' or '..'"],
    ["hf://org/repo/a//b", "must not hold empty parts"],
    ["hf://org/repo/%zz", "holds a percent sign"],
    ["https://huggingface.co/org/repo/resolve/main/", "names no file"],
  ])("%s", (source, reason) => expect(read(source)).toMatch(`wrong: ${reason}`));
});
