import { expect, test } from "vitest";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import { routesOfRole } from "../src/server/access/route-roles.ts";
import { DEEDS } from "../web/src/access/deeds.ts";
import { deedWords, whoWords } from "../web/src/access/deed-words.ts";

/** They change nothing, so they are not in the log. */
const ONLY_LOOKS = new Set([
  "plan",
  "explainConnection",
  "imageServiceGetImageCatalog",
  "imageServiceGetImportStatus",
  "imageServiceGetCatalogDownloadStatus",
  "imageServiceListImages",
]);

test("whatever a route changes has words in the audit log", async () => {
  const world = await createWorld();
  const server = await startHaulyard(world);
  const answer = await fetch(`${server.url}/openapi.json`);
  const { paths } = (await answer.json()) as {
    paths: Record<string, Record<string, { operationId?: string }>>;
  };
  const changing = Object.values(paths).flatMap((methods) =>
    Object.entries(methods).flatMap(([method, { operationId = "" }]) =>
      method === "get" ? [] : [operationId],
    ),
  );
  await server.stop();
  await world.remove();
  expect(changing.length).toBeGreaterThan(40);
  expect(changing.filter((action) => !ONLY_LOOKS.has(action) && deedWords(action) === null)).toEqual([]);
  expect(deedWords("toString")).toBeNull();
});

test("what the page asks about is a route of the server, each for somebody and not for everybody", () => {
  const [read, admin] = [routesOfRole("read"), routesOfRole("admin")];
  expect(DEEDS.filter((deed) => !admin.includes(deed) || read.includes(deed))).toEqual([]);
  expect(read).toContain("GET /jobs");
});

test("who did it is told in words", () => {
  expect(whoWords({ who: "loopback", via: "loopback" })).toBe("Somebody on this machine");
  expect(whoWords({ who: "anna", via: "session" })).toBe("anna");
  expect(whoWords({ who: "", via: "nothing" })).toBe("Somebody unknown");
});
