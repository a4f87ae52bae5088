import { expect, test } from "vitest";
import { curlCommand, lacksSecrets } from "./curl-command.ts";

const step = {
  kind: "transfer" as const,
  url: "https://example.org/a%20b.bin?download=true",
  mirrors: [],
  folder: "/models",
  name: "a b.bin",
  size: null,
  checksum: null,
  headers: {},
};

test("the command resumes, follows redirects and fails on errors", () => {
  expect(curlCommand(step)).toBe(
    `curl -fL -C - -o 'a b.bin' -- 'https://example.org/a%20b.bin?download=true'`,
  );
});

test("a hostile name or address stays one argument of the shell", () => {
  const hostile = { ...step, name: "$(rm -rf ~)'x", url: "https://example.org/`id`" };
  expect(curlCommand(hostile)).toBe(`curl -fL -C - -o '$(rm -rf ~)'\\''x' -- 'https://example.org/\`id\`'`);
});

test("a name that begins with a dash is not taken as an option", () => {
  expect(curlCommand({ ...step, name: "-K.bin", url: "https://example.org/f" })).toBe(
    "curl -fL -C - -o -K.bin -- https://example.org/f",
  );
});

test("it says when a secret has to be filled in", () => {
  expect(lacksSecrets(step)).toBe(false);
  expect(lacksSecrets({ ...step, headers: { authorization: "***" } })).toBe(true);
  expect(lacksSecrets({ ...step, url: "https://example.org/f?token=***" })).toBe(true);
});

test("without a known name the server's own name is used", () => {
  expect(curlCommand({ ...step, name: null, url: "https://example.org/f" })).toBe(
    "curl -fL -OJ -- https://example.org/f",
  );
});
