import { describe, expect, test } from "vitest";
import { checkDraft, EMPTY_DRAFT, isSingle, toDraftField, toPlanRequests, withTurn } from "./add-draft.ts";
import type { Attachment } from "./add-draft.ts";
import { joinLines } from "./read-transfer.ts";

const url = "https://example.org/model.safetensors";
const hash = "ab".repeat(32);
const file: Attachment = { key: "1", name: "flow.json", size: 2, source: "{}" };
const ask = (some: object, files: Attachment[] = []) => toPlanRequests({ ...EMPTY_DRAFT, ...some }, files);

describe("what is wrong is told at its field, before the server is asked", () => {
  test("something is needed: text or a file", () => {
    expect(checkDraft(EMPTY_DRAFT, [])).toHaveProperty("text");
    expect(checkDraft(EMPTY_DRAFT, [file])).toEqual({});
    expect(checkDraft({ ...EMPTY_DRAFT, text: url }, [])).toEqual({});
  });

  test("a hash has 64 hexadecimal digits, a name no slash, a limit a unit that is one", () => {
    const wrong = { ...EMPTY_DRAFT, text: url, sha256: "abc", name: "a/b", limit: "fast" };
    expect(checkDraft(wrong, [])).toMatchObject({ sha256: expect.stringContaining("has 3") as unknown });
    expect(Object.keys(checkDraft(wrong, [])).toSorted()).toEqual(["limit", "name", "sha256"]);
  });

  test("what is said of one file is forgotten where there are many", () => {
    const many = { ...EMPTY_DRAFT, text: `${url}\n${url}`, sha256: "abc", name: "a/b" };
    expect(checkDraft(many, [])).toEqual({});
    expect(ask(many)).toEqual([{ source: `${url}\n${url}` }]);
  });
});

describe("what the server is asked", () => {
  test("nothing while there is nothing, and nothing that is empty", () => {
    expect(ask({})).toBeNull();
    expect(ask({ text: ` ${url}\n` })).toEqual([{ source: url }]);
  });

  test("the text as one, so that its lines keep their numbers; each file by itself", () => {
    expect(ask({ text: `\n${url}\n${url}\n`, folder: "x/" }, [file])).toEqual([
      { source: `\n${url}\n${url}`, path: "x/" },
      { source: "{}", path: "x/" },
    ]);
  });

  test("a folder alone is told from a file by its slash", () => {
    expect(ask({ text: url, folder: "unet" })?.[0]?.path).toBe("unet/");
    expect(ask({ text: url, folder: "unet/", name: "x.bin" })?.[0]?.path).toBe("unet/x.bin");
    expect(ask({ text: url, name: "x.bin" })?.[0]?.path).toBe("x.bin");
  });

  test.each([`sha256:${hash}`, hash.toUpperCase(), `${hash}  model.safetensors`])(
    "a hash pasted as %s works",
    (sha256) => {
      expect(ask({ text: url, sha256 })?.[0]?.sha256).toBe(hash);
    },
  );

  test("half a hash is not asked about", () => {
    expect(ask({ text: url, sha256: "abc" })).toEqual([{ source: url }]);
  });

  test("turn, limit and what is run afterwards go along when it is queued", () => {
    const turn = { ...EMPTY_DRAFT, priority: "10", limit: "5M", afterRun: "unpack" };
    expect(withTurn([{ source: url }], turn)).toEqual([
      { source: url, priority: 10, limit_rate: 5 * 1024 * 1024, after_run: "unpack" },
    ]);
    expect(withTurn([{ source: url }], EMPTY_DRAFT)).toEqual([{ source: url }]);
  });
});

test("one line is one file; a workflow, a list and a file beside it are not", () => {
  expect(isSingle(` ${url} `, [])).toBe(true);
  expect(isSingle(`${url}\n${url}`, [])).toBe(false);
  expect(isSingle('{"1":{}}', [])).toBe(false);
  expect(isSingle(url, [file])).toBe(false);
  expect(isSingle("", [])).toBe(false);
});

test("the server's fields are found in the form, also where there were several requests", () => {
  expect(toDraftField("source")).toBe("text");
  expect(toDraftField("jobs.3.path")).toBe("folder");
  expect(toDraftField("sha256")).toBe("sha256");
  expect(toDraftField("headers.Range")).toBeNull();
});

test("what is dropped comes below what is there", () => {
  expect(joinLines("", "b")).toBe("b");
  expect(joinLines("a\n", "b")).toBe("a\nb");
  expect(joinLines("a", "")).toBe("a");
});
