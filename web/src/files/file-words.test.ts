import { describe, expect, test } from "vitest";
import type { FileMessage } from "../../../src/wire/files.ts";
import { REDACTED } from "../../../src/job/redact.ts";
import { askForRightBytes, hashLook, knownAs, knownSentence, splitPath } from "./file-words.ts";

const HASH = "ab".repeat(32);
const file: FileMessage = {
  path: "/m/vae/a.bin",
  size: 10,
  modified_at: "2026-11-21T12:00:00.000Z",
  sha256: null,
  model: null,
  source: null,
  check: null,
};
const wrong: FileMessage["check"] = {
  at: "2026-11-21T12:00:00.000Z",
  verdict: "wrong",
  expected: HASH,
  origin: "model entry",
};
const model = { set_id: "flux", model_id: "vae", by: "path" } as const;
const sentence = (of: Partial<FileMessage>) => knownSentence(knownAs({ ...file, ...of }, () => "FLUX VAE"));

test("the newest word on the bytes is shown: held against a hash, else read, else unread", () => {
  expect(hashLook(file)).toMatchObject({ label: "Not read yet", tone: "plain" });
  expect(hashLook({ ...file, sha256: HASH })).toMatchObject({
    label: "Hash known",
    sentence: `SHA-256 ${HASH}`,
  });
  expect(hashLook({ ...file, sha256: HASH, check: wrong })).toMatchObject({
    label: "Wrong bytes",
    tone: "bad",
  });
  expect(hashLook({ ...file, check: { ...wrong, verdict: "right" } })).toMatchObject({
    label: "Verified",
    tone: "ok",
  });
});

test("a file is called after its entry, after the entry with its bytes, or after where it came from", () => {
  expect(sentence({ model })).toBe("In the catalogue as FLUX VAE");
  expect(sentence({ model: { ...model, by: "sha256" } })).toBe("The same bytes as FLUX VAE of the catalogue");
  expect(sentence({ source: { kind: "url", text: "https://a.example/a.bin" } })).toContain("a.example");
  expect(sentence({})).toContain("may tell");
  expect(sentence({ sha256: HASH })).toContain("no entry");
});

describe("the right bytes", () => {
  test("are asked for by the entry, else where the download took them from", () => {
    expect(askForRightBytes({ ...file, model, check: wrong })).toEqual({
      source: "flux/vae",
      replace: true,
    });
    const source = { kind: "url", text: "https://a.example/a.bin" };
    expect(askForRightBytes({ ...file, source, check: wrong })).toEqual({
      source: source.text,
      path: file.path,
      replace: true,
      sha256: HASH,
    });
  });

  test("are not asked for where nothing is wrong or nobody knows an address", () => {
    expect(askForRightBytes({ ...file, model })).toBe(null);
    expect(askForRightBytes({ ...file, check: wrong })).toBe(null);
    const hidden = { kind: "url", text: `https://${REDACTED}@a.example/a.bin` };
    expect(askForRightBytes({ ...file, source: hidden, check: wrong })).toBe(null);
    // The same bytes elsewhere are not what the entry would bring to this place.
    expect(askForRightBytes({ ...file, model: { ...model, by: "sha256" }, check: wrong })).toBe(null);
  });
});

test("a path is cut at its last slash", () => {
  expect(splitPath("/m/vae/a.bin")).toEqual({ folder: "/m/vae", name: "a.bin" });
  expect(splitPath("/a.bin")).toEqual({ folder: "/", name: "a.bin" });
});
