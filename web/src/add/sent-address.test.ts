import { describe, expect, test } from "vitest";
import { hostsOf, toSentAddress } from "./sent-address.ts";

const url = "https://example.org/a.safetensors?x=1#part";

describe("what another page or program hands over", () => {
  test("is the address, wherever a phone puts it", () => {
    expect(toSentAddress({ url })).toBe(url);
    expect(toSentAddress({ text: `Look at this: ${url}` })).toBe(url);
    expect(toSentAddress({ title: url })).toBe(url);
    expect(toSentAddress({ url: "", text: "words", title: "" })).toBeNull();
  });

  test("may be a repo or a model, and come by our own scheme", () => {
    expect(toSentAddress({ url: "hf://Org/Repo" })).toBe("hf://Org/Repo");
    expect(toSentAddress({ url: "civitai://123" })).toBe("civitai://123");
    expect(toSentAddress({ url: `web+haulyard:${url}` })).toBe(url);
    expect(toSentAddress({ url: "web+haulyard://hf://org/repo" })).toBe("hf://org/repo");
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "curl https://example.org/x -H 'Authorization: x'",
    '{"nodes": []}',
    "web+haulyard:javascript:alert(1)",
    `https://example.org/${"a".repeat(9000)}`,
  ])("is nothing else: %.40s", (word) => {
    expect(toSentAddress({ url: word })).toBeNull();
  });

  test("is one address and not many, however it is written", () => {
    expect(toSentAddress({ url: "https://a.example/x\nhttps://b.example/y" })).toBe(
      "https://a.example/xhttps://b.example/y",
    );
    expect(toSentAddress({ text: "https://a.example/x\nhttps://b.example/y" })).toBe("https://a.example/x");
  });

  test("cannot pass for another one: letters of other scripts and turned text are written out", () => {
    expect(toSentAddress({ url: "https://ex\u0430mple.org/\u202Egpj.exe" })).toBe(
      "https://xn--exmple-4nf.org/%E2%80%AEgpj.exe",
    );
    expect(hostsOf("https://example.org@other.example/x")).toEqual(["other.example"]);
  });
});

test("hosts are named once, and only a few of them", () => {
  const lines = [1, 1, 2, 3, 4].map((n) => `https://h${n}.example/x`).join("\n");
  expect(hostsOf(`${lines}\nhf://org/repo words`)).toEqual(["h1.example", "h2.example", "h3.example"]);
});
