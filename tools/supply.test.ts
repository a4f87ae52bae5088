/** What comes with `npm ci`: pinned to its bytes, and running nothing while it is installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./run-command.ts";

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");

test("every package is pinned to the hash of its bytes", () => {
  expect(packages.length).toBeGreaterThan(100);
  const loose = packages.filter(
    ([, { integrity, link }]) => link !== true && integrity?.startsWith("sha512-") !== true,
  );
  expect(loose.map(([path]) => path)).toEqual([]);
});

test("no package comes from anywhere but the registry, or runs a script when it is installed", () => {
  const odd = packages.filter(
    ([, { resolved, hasInstallScript }]) =>
      hasInstallScript === true ||
      (resolved !== undefined && !resolved.startsWith("https://registry.npmjs.org/")),
  );
  expect(odd.map(([path]) => path)).toEqual([]);
});

test("versions are written out, so that only the lock file decides what comes", () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  ) as Record<"dependencies" | "devDependencies", Record<string, string>>;
  expect(Object.keys({ ...dependencies, ...devDependencies }).length).toBeGreaterThan(10);
  const free = Object.entries(dependencies).filter(([, version]) => /^[~*><]|latest|:/.test(version));
  expect(free).toEqual([]);
});
