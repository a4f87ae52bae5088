/** `haulyard groups` as people use it: real processes, a real server, a real origin. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

let world: World;
let server: Haulyard;
let origin: Origin;

beforeAll(async () => {
  world = await createWorld();
  origin = await startOrigin();
  server = await startHaulyard(world);
});
afterAll(async () => {
  await endAllCli();
  await server.stop();
  await origin.close();
  await world.remove();
});

const cli = (...args: string[]): Promise<Ran> =>
  runCli(args, { cwd: world.folder, env: { HAULYARD_URL: server.url } });

it("a set is added as one group, watched as one, shown by place and source, and forgotten as one", async () => {
  const one = origin.put("/one.bin", { size: 3_000_000 });
  const two = origin.put("/two.bin", { size: 2_000_000 });
  const added = await cli("add", "--group", "both", one, two);
  expect(added).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^added {2}[0-9a-f]{8} {2}both {2}2 jobs\n/),
  });

  const watched = await cli("watch", "both");
  expect(watched.code).toBe(0);
  expect(watched.stdout).toMatch(/100% {2}both {2}2 of 2 complete\n$/);

  const [{ group } = {}] = jsonLines((await cli("groups", "show", "both", "--json")).stdout) as {
    group?: unknown;
  }[];
  expect(group).toMatchObject({ status: "COMPLETE", percent: 100, bytes_total: 5_000_000 });
  expect((await cli("groups", "show", "both")).stdout).toMatch(
    /PLACE[\s\S]*local[\s\S]*SOURCE[\s\S]*one\.bin[\s\S]*two\.bin/,
  );
  expect((await cli("groups")).stdout).toMatch(/complete +100% +5\.0 MB +both +2 of 2 complete/);

  const again = await cli("add", "--to", "all", one);
  expect(again.stdout).toMatch(/one\.bin {2}1 job, 1 of them there already/);
  expect(await cli("groups", "rm", "both", "--keep-jobs")).toMatchObject({ code: 0 });
  expect((await cli("ls")).stdout).toMatch(/two\.bin/);
  expect(await cli("groups", "pause", "both")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("no group"),
  });
});

it("a place that nobody knows is refused, and a label has to be somebody's", async () => {
  const url = origin.put("/three.bin", { size: 1_000 });
  expect(await cli("add", "--to", "local", "--to", "nowhere", url)).toMatchObject({ code: 2 });
  expect((await cli("add", "--to", "label:site=mars", url)).stderr).toContain("label:site=mars");
  expect(await cli("add", "-n", "--to", "all", url)).toMatchObject({ code: 2 });
  expect((await cli("ls", "--search", "three.bin")).stdout).toBe("");
});

it("sharing within a site is asked for with the set, and it is said who fetches for itself all the same", async () => {
  const url = origin.put("/four.bin", { size: 1_000 });
  const added = await cli("add", "--share", "site", url);
  expect(added).toMatchObject({ code: 0, stderr: "local has no label 'site': it fetches for itself.\n" });
  expect(added.stdout).toMatch(/four\.bin {2}1 job\n/);
  expect(await cli("add", "--share", "planet", url)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("--share: expected site."),
  });
});
