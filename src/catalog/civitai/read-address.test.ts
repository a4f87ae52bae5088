import { describe, expect, test } from "vitest";
import { readCivitaiAddress } from "./read-address.ts";

function read(source: string): string {
  const reading = readCivitaiAddress(source, "https://mirror.example");
  if (reading.kind !== "address") return reading.kind === "wrong" ? `wrong: ${reading.reason}` : "other";
  const { target, wish, token } = reading;
  const { kind, ...id } = target;
  const wishes = Object.entries({ ...wish, token }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${value}`],
  );
  return [kind, ...Object.values(id), ...wishes].join(" ");
}

const SHA = "ab".repeat(32);

describe("what names something on Civitai", () => {
  test.each([
    ["civitai://2514310", "version 2514310"],
    ["CIVITAI://model-versions/5", "version 5"],
    ["civitai://827184@2514310", "version 2514310"],
    ["civitai://models/827184@2514310", "version 2514310"],
    ["civitai://models/827184", "model 827184"],
    [`civitai://hash/${SHA}`, `hash ${SHA.toUpperCase()}`],
    ["civitai://hash/0123abcdef", "hash 0123ABCDEF"],
    [
      "civitai://5?format=SafeTensor&size=pruned&fp=fp16&type=VAE",
      "version 5 format=SafeTensor size=pruned fp=fp16 type=VAE",
    ],
    ["civitai://5?fileId=7", "version 5 fileId=7"],
    ["https://civitai.com/models/827184", "model 827184"],
    ["https://civitai.com/models/827184/some-name", "model 827184"],
    ["https://civitai.com/models/827184/some-name?modelVersionId=2514310", "version 2514310"],
    [
      "https://civitai.com/api/download/models/5?type=Model&format=SafeTensor&size=full&fp=fp32",
      "version 5 format=SafeTensor size=full fp=fp32 type=Model",
    ],
    ["https://civitai.com/api/download/models/5?token=k3y", "version 5 token=k3y"],
    ["https://civitai.com/api/v1/model-versions/5", "version 5"],
    ["https://civitai.red/models/5", "model 5"],
    ["https://mirror.example/models/5", "model 5"],
    ["urn:air:sdxl:checkpoint:civitai:827184@2514310", "version 2514310"],
    ["urn:air:sdxl:checkpoint:civitai:827184", "model 827184"],
    ["air:sdxl:lora:civitai:1@2", "version 2"],
    ["sdxl:lora:civitai:1@2", "version 2"],
    ["civitai:1@2", "version 2"],
    ["urn:air:sdxl:lora:civitai:1@2+77.safetensor", "version 2 fileId=77 format=safetensor"],
    ["urn:air:sd1:lora:civitai:1@2.safetensors", "version 2 format=safetensors"],
  ])("%s", (source, expected) => expect(read(source)).toBe(expected));
});

describe("what only looks like it is left to others", () => {
  test.each([
    "https://civitai.com/",
    "https://civitai.com/images/5",
    "https://civitai.com/user/x",
    "https://civitai.com.evil.example/models/5",
    "https://example.org/models/5",
    "civitai",
    "sdxl/lora",
    "",
  ])("%j", (source) => expect(read(source)).toBe("other"));
});

describe("what is meant for it and wrong says why", () => {
  test.each([
    ["civitai://", "must be civitai://"],
    ["civitai://x", "must be civitai://"],
    ["civitai://0", "must name a version by its number"],
    ["civitai://99999999999999999999", "must name a version by its number"],
    ["civitai://hash/abc", "must hold a hash of 8, 10, 12 or 64"],
    ["civitai://5?fileId=x", "must name a file by its number"],
    ["urn:air:sdxl:lora:huggingface:org/repo", "is an AIR of huggingface"],
    ["urn:air:sdxl", "is no AIR"],
    ["https://civitai.com/models/5?modelVersionId=x", "must name a version by its number"],
  ])("%s", (source, reason) => expect(read(source)).toMatch(`wrong: ${reason}`));
});
