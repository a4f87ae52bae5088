import { describe, expect, test } from "vitest";
import { checkDraft, EMPTY_DRAFT, toDraftField, toRequest } from "./job-draft.ts";

const url = "https://example.org/model.safetensors";
const hash = "ab".repeat(32);

describe("what is wrong is told at its field, before the server is asked", () => {
  test("an address is needed, and has to be one", () => {
    expect(checkDraft(EMPTY_DRAFT)).toHaveProperty("url");
    expect(checkDraft({ ...EMPTY_DRAFT, url: "model.safetensors" })).toHaveProperty("url");
    expect(checkDraft({ ...EMPTY_DRAFT, url: "javascript:alert(1)" })).toHaveProperty("url");
    expect(checkDraft({ ...EMPTY_DRAFT, url: ` ${url} ` })).toEqual({});
    expect(checkDraft({ ...EMPTY_DRAFT, url: "hf://" })).toHaveProperty("url");
    for (const source of ["hf://org/repo", "civitai://5", "urn:air:sdxl:lora:civitai:1@2"])
      expect(checkDraft({ ...EMPTY_DRAFT, url: source })).toEqual({});
  });

  test("a hash has 64 hexadecimal digits", () => {
    expect(checkDraft({ ...EMPTY_DRAFT, url, sha256: "abc" }).sha256).toMatch("has 3");
    expect(checkDraft({ ...EMPTY_DRAFT, url, sha256: hash })).toEqual({});
  });

  test("a name with a slash in it is a folder in the wrong field", () => {
    expect(checkDraft({ ...EMPTY_DRAFT, url, name: "a/b" })).toHaveProperty("name");
  });
});

describe("what the server is asked", () => {
  test("empty fields are left out", () => {
    expect(toRequest({ ...EMPTY_DRAFT, url: ` ${url}\n` })).toEqual({ source: url });
  });

  test("a folder alone is told from a file by its slash", () => {
    expect(toRequest({ ...EMPTY_DRAFT, url, folder: "unet" }).path).toBe("unet/");
    expect(toRequest({ ...EMPTY_DRAFT, url, folder: "unet/", name: "x.bin" }).path).toBe("unet/x.bin");
    expect(toRequest({ ...EMPTY_DRAFT, url, name: "x.bin" }).path).toBe("x.bin");
  });

  test.each([`sha256:${hash}`, hash.toUpperCase(), `${hash}  model.safetensors`])(
    "a hash pasted as %s works",
    (sha256) => {
      expect(toRequest({ ...EMPTY_DRAFT, url, sha256 }).sha256).toBe(hash);
    },
  );
});

test("the server's fields are found in the form", () => {
  expect(toDraftField("source")).toBe("url");
  expect(toDraftField("path")).toBe("folder");
  expect(toDraftField("headers.Range")).toBeNull();
});
