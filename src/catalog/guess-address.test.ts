import { expect, test } from "vitest";
import { guessAddress } from "./guess-address.ts";

test.each([
  ["example.org/c.bin", "https://example.org/c.bin"],
  ["a.b-c.example.org/d/c.bin?x=1#y", "https://a.b-c.example.org/d/c.bin?x=1#y"],
  ["example.org:8443/c.bin", "https://example.org:8443/c.bin"],
  ["  `example.org/c.bin`  ", "https://example.org/c.bin"],
  ['"example.org/c.bin"', "https://example.org/c.bin"],
  ["<example.org/c.bin>", "https://example.org/c.bin"],
  ["127.0.0.1:33593/c.bin", "http://127.0.0.1:33593/c.bin"],
  ["localhost/c.bin", "http://localhost/c.bin"],
  ["localhost:80/c.bin", "http://localhost:80/c.bin"],
  ["192.168.1.5/c.bin", "http://192.168.1.5/c.bin"],
  ["172.20.1.5/c.bin", "http://172.20.1.5/c.bin"],
  ["172.32.1.5/c.bin", "https://172.32.1.5/c.bin"],
  ["[::1]:80/c.bin", "http://[::1]:80/c.bin"],
  ["[2001:db8::1]/c.bin", "https://[2001:db8::1]/c.bin"],
  ["nas.local/c.bin", "http://nas.local/c.bin"],
  ["gpu:8080/c.bin", "http://gpu:8080/c.bin"],
  // What is called so here, or nothing at all.
  ["nothing", null],
  ["set/model", null],
  ["example.org", null],
  ["example.org/", null],
  ["sd1.5/vae", null],
  ["loras/detail.md", null],
  ["../up.org/x", null],
  ["/etc/x.org/y", null],
  ["example.org/a b", null],
  ["urn:air:sdxl/x", null],
  ["https://example.org/c.bin", null],
])("%s is meant as %s", (source, address) => expect(guessAddress(source)).toBe(address));

test("a long word is looked at, at once", () => {
  expect(guessAddress(`${"a.".repeat(100_000)}/x`)).toBeNull();
  expect(guessAddress(`${"a-".repeat(100_000)}/x`)).toBeNull();
});
