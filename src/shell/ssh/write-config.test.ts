import { describe, expect, test } from "vitest";
import { quoteValue, writeConfig } from "./write-config.ts";

describe("the configuration ssh is given", () => {
  const text = writeConfig({
    knownHostsPath: "/data/50% off/known_hosts",
    configPaths: ["/home/me/.ssh/config", "/etc/ssh/[x]*"],
  });

  test("has what is ours before what is the person's: the first value counts", () => {
    const lines = text.trimEnd().split("\n");
    const first = lines.findIndex((line) => line.startsWith("Include"));
    expect(lines.slice(first)).toEqual(['Include "/home/me/.ssh/config"']);
    expect(lines).toContain('UserKnownHostsFile "/data/50%% off/known_hosts"');
  });

  test.each([
    "StrictHostKeyChecking yes",
    "BatchMode yes",
    "ClearAllForwardings yes",
    "UpdateHostKeys no",
    "ForwardAgent no",
    "PermitLocalCommand no",
  ])("says %s", (line) => {
    expect(text.split("\n")).toContain(line);
  });

  test.each(['/a"b', "/a\nProxyCommand id", "/a\\b", "/${HOME}/x"])(
    "a path ssh would misread is never written: %j",
    (path) => {
      expect(() => quoteValue(path)).toThrow(/not a path/);
    },
  );
});
