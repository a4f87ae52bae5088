import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Backend } from "../backend.ts";
import { createJobStore } from "../job-store.ts";
import { migrate, MIGRATIONS } from "../migrate.ts";
import { createSqliteBackend } from "../sqlite-backend.ts";
import { openSqliteFile } from "../sqlite-file.ts";
import { draft, NOW } from "../suite/under-test.ts";
import { portionsOf, tallyGroups } from "./tally-groups.ts";

let folder: string;
let backend: Backend;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-tally-"));
  const path = join(folder, "haulyard.db");
  backend = createSqliteBackend(await openSqliteFile(path), path);
});
afterEach(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});

const GROUP = { name: "flux", askedBy: null, sources: ["a", "b"], places: ["all"] };

it("a large group is added up in parts, which come to what it is as a whole", async () => {
  await migrate(backend, "here", NOW);
  const store = createJobStore(backend);
  const [large, small] = [await store.groups.create(GROUP, NOW), await store.groups.create(GROUP, NOW)];
  const places = ["x", "y", "z"].map((hostId) => ({ place: { kind: "ssh", hostId } }) as const);
  const jobs = await store.insertAll(
    Array.from({ length: 120 }, (_, n) => draft(n, places[n % 3])),
    NOW,
  );
  const members = jobs.map(({ job }, n) => ({ job: job.id, source: n % 2, created: true }));
  await store.groups.join(large.id, members, NOW);
  await store.groups.join(small.id, members.slice(0, 5), NOW);
  const rows = await backend.db.selectFrom("job_groups").select(["number", "joined"]).execute();
  expect(rows.map(({ joined }) => joined)).toEqual([120, 5]);
  for (const by of ["place", "source"] as const) {
    const whole = await tallyGroups(backend, rows, by);
    expect(whole).toHaveLength({ place: 6, source: 4 }[by]);
    expect(await tallyGroups(backend, rows, by, 7)).toEqual(whole);
  }
});

it("no statement adds up more members than it may, and none is left out", () => {
  const groups = [40, 50, 20, 1_000_000, 1000, 0, 100].map((joined, number) => ({ number, joined }));
  const portions = portionsOf(groups, 100);
  const large = portions.filter(({ numbers }) => numbers.includes(3));
  expect([large.length, large[0], large.at(-1)]).toEqual([
    256,
    { numbers: [3], from: null, before: "01" },
    { numbers: [3], from: "ff", before: null },
  ]);
  expect(portions.filter(({ numbers }) => numbers.includes(4)).map(({ before }) => before)).toEqual([
    "19",
    "33",
    "4c",
    "66",
    "80",
    "99",
    "b3",
    "cc",
    "e6",
    null,
  ]);
  const together = portions.filter(({ from, before }) => from === null && before === null);
  expect(together.map(({ numbers }) => numbers)).toEqual([[0, 1], [2, 5], [6]]);
  // Each part goes on where the one before ends.
  for (const [index, { from }] of large.slice(1).entries()) expect(from).toBe(large[index]?.before);
});

it("groups of before are counted when the database is brought up to date", async () => {
  await migrate(backend, "here", NOW, { migrations: MIGRATIONS.slice(0, 12) });
  const { db } = backend;
  const [sources, places] = ["[]", "[]"];
  await db
    .insertInto("job_groups")
    .values({ id: "g", name: "g", asked_by: null, created_at: NOW, sources, places })
    .execute();
  for (const job_id of ["a", "b"])
    await db
      .insertInto("group_members")
      // What there was then.
      .values({
        group_number: 1,
        job_id,
        source: 0,
        place_kind: "node",
        place_name: "x",
        gone_bytes: null,
      } as never)
      .execute();
  await migrate(backend, "here", NOW);
  expect(await db.selectFrom("job_groups").select("joined").execute()).toEqual([{ joined: 2 }]);
  expect(await db.selectFrom("group_members").select("created").execute()).toEqual([
    { created: 0 },
    { created: 0 },
  ]);
});
