import { describe, expect, test } from "vitest";
import {
  checkImport,
  checkWritten,
  EMPTY_IMPORT,
  fileName,
  hashType,
  nameFromUrl,
  toImportField,
  toImportRequest,
} from "./import-draft.ts";
import { makeImage } from "./testing/make-image.ts";

const url = "https://example.org/images/My%20Disk.QCOW2?token=x";

describe("what is wrong is told while it is written", () => {
  test("an empty form is not wrong until it is sent", () => {
    expect(checkWritten(EMPTY_IMPORT, [])).toEqual({});
    expect(Object.keys(checkImport(EMPTY_IMPORT, []))).toEqual(["url", "name"]);
  });

  test("an address of another kind, a name that leaves its folder or hides, half a hash", () => {
    expect(checkWritten({ url: "ftp://x/y.iso", name: "../x", checksum: "abc" }, [])).toMatchObject({
      url: expect.any(String),
      name: expect.stringContaining("slash"),
      checksum: expect.stringContaining("has 3"),
    });
    expect(checkWritten({ ...EMPTY_IMPORT, name: ".x" }, [])).toHaveProperty("name");
    expect(checkWritten({ ...EMPTY_IMPORT, checksum: "z".repeat(64) }, [])).toHaveProperty("checksum");
  });

  test("a name that an image has already, with the ending it will get", () => {
    const there = makeImage({ id: "disk.qcow2" });
    expect(checkWritten({ ...EMPTY_IMPORT, url, name: "disk" }, [there])).toHaveProperty("name");
    expect(checkWritten({ ...EMPTY_IMPORT, url, name: "disk2" }, [there])).toEqual({});
  });
});

test("the file is called as the server will call it", () => {
  expect(fileName({ url, name: "disk" })).toBe("disk.qcow2");
  expect(fileName({ url: "https://example.org/get", name: "disk" })).toBe("disk.img");
  expect(fileName({ url, name: "disk.raw.xz" })).toBe("disk.raw.xz");
});

test("a name is taken from the address, without what no name may hold", () => {
  expect(nameFromUrl(url)).toBe("My Disk.QCOW2");
  expect(nameFromUrl("https://example.org/a%2F..%2F.x.iso")).toBe("a...x.iso");
  expect(nameFromUrl("https://example.org/%E0%A4%A")).toBe("");
  expect(nameFromUrl("nonsense")).toBe("");
});

test.each([
  ["a".repeat(32), "md5"],
  ["A".repeat(40), "sha1"],
  [`sha256:${"a".repeat(64)}`, "sha256"],
  [`${"a".repeat(128)}  disk.qcow2`, "sha512"],
  ["a".repeat(50), null],
])("the digits of %s tell the algorithm", (text, type) => {
  expect(hashType(text)).toBe(type);
});

test("the server is asked without what is empty, and its fields are found in the form", () => {
  expect(toImportRequest({ url: ` ${url}\n`, name: " disk ", checksum: "" })).toEqual({ url, name: "disk" });
  expect(toImportRequest({ url, name: "d", checksum: "SHA256:AB" }).checksum).toBe("ab");
  expect(toImportField("id")).toBe("name");
  expect(toImportField("checksum_type")).toBe("checksum");
  expect(toImportField("body")).toBeNull();
});
