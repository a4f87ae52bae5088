import { expect, test } from "vitest";
import { findAddresses } from "./find-addresses.ts";

const A = "http://h.example/a.bin";
const B = "https://h.example/b.bin?x=1,2";

test.each<[string, string[]]>([
  // Alone: as it is written.
  [A, [A]],
  [` ${A} `, [A]],
  ["http://h/what?", ["http://h/what?"]],
  ["http://h/it's(1).bin", ["http://h/it's(1).bin"]],
  ["hf://org/repo", ["hf://org/repo"]],
  ["https://proxy.example/https://h.example/a", ["https://proxy.example/https://h.example/a"]],
  ["set/model", ["set/model"]],
  ["my model (v2)", ["my model (v2)"]],
  ["http://h/my model.safetensors", ["http://h/my model.safetensors"]],
  ["https://me:pw@exa mple.org/x", ["https://me:pw@exa mple.org/x"]],
  ["https://h/\u000bHost: evil", ["https://h/\u000bHost: evil"]],
  // Several.
  [`${A} ${B}`, [A, B]],
  [`${A}, ${B}`, [A, B]],
  [`${A},${B}`, [A, B]],
  [`${A}  hf://org/repo/x`, [A, "hf://org/repo/x"]],
  [`${A} ${A}`, [A]],
  [`["${A}", "${B}"]`, [A, B]],
  // In marks.
  [`"${A}"`, [A]],
  [`"${A}",`, [A]],
  [`'${A}'`, [A]],
  [`<${A}>`, [A]],
  [`\`${A}\``, [A]],
  [`(${A})`, [A]],
  [`“${A}”`, [A]],
  [`‘${A}’`, [A]],
  [`**${A}**`, [A]],
  [`[model](${A})`, [A]],
  [`- [the ${A}](${A} "a title")`, [A]],
  [`<a href="${A}">${A}</a>`, [A]],
  // In words.
  [`Get it from ${A}.`, [A]],
  [`${A} is the one; ${B}, too (not http://h/c_(1).bin)!`, [A, B, "http://h/c_(1).bin"]],
  [`${A} # the large one`, [A]],
  [`${A} see notes.txt`, [A]],
  [`${A},`, [A]],
  // Nothing that could be fetched.
  ["http:// or https://", ["http:// or https://"]],
])("%j holds %j", (line, addresses) => {
  expect(findAddresses(line)).toEqual(addresses);
  // What is found is found again: a source is read until nothing is left to take off.
  for (const address of addresses) expect(findAddresses(address)).toEqual([address]);
});

test("a long line is read at once", () => {
  expect(findAddresses(`${"x".repeat(200_000)} ://`)).toHaveLength(1);
  expect(findAddresses(`http://h/${")".repeat(20_000)} x`)).toEqual(["http://h/"]);
  expect(findAddresses("http://h/a ".repeat(20_000))).toEqual(["http://h/a"]);
  expect(findAddresses("a://".repeat(50_000))).toHaveLength(1);
});
