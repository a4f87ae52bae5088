import { expect, test } from "vitest";
import type { ImageCatalogue, ImageEntry, ImageLibrary, ImageResolution } from "../job/image-contract.ts";
import { CatalogueError } from "../job/catalog-contract.ts";
import { failure } from "../job/failure.ts";
import { createPlanner, stepOf } from "./testing/planner.ts";

const ENTRY: ImageEntry = {
  id: "debian-13",
  name: "Debian 13",
  description: "",
  url: "https://example.org/latest/debian.qcow2",
  checksum: null,
  checksumUrl: null,
  signedBy: null,
  signatureUrl: null,
  os: { family: "linux", distribution: "debian", version: "13", architecture: "x86_64", defaultUser: null },
  format: "qcow2",
  sizeBytes: null,
  latest: null,
  build: null,
};
const SHA = "a".repeat(64);

type Images = Pick<ImageLibrary, "folder" | "catalogue" | "resolve"> & { asked: string[] };

function images(
  resolution: Partial<Extract<ImageResolution, { kind: "resolved" }>["image"]> | ImageResolution = {},
  bad: ImageCatalogue["bad"] = [],
): Images {
  const asked: string[] = [];
  return {
    asked,
    folder: "/srv/images",
    catalogue: async () => {
      asked.push("catalogue");
      return { entries: [ENTRY], bad, byId: (id) => (id === ENTRY.id ? ENTRY : null) };
    },
    resolve: async (entry) =>
      "kind" in resolution
        ? resolution
        : {
            kind: "resolved",
            image: {
              entry,
              build: "20261001-2618",
              url: "https://example.org/20261001-2618/debian.qcow2",
              checksum: { algorithm: "sha256", hex: SHA, origin: "SHA256SUMS of example.org" },
              sizeBytes: 5,
              fileName: "debian-13-20261001-2618.qcow2",
              ...resolution,
            },
          },
  };
}

test("an image is planned as its newest build, into the images folder, with the hash its publisher tells", async () => {
  const planner = await createPlanner({}, { images: images() });
  const outcome = await planner.ask({ source: "debian-13" });
  expect(stepOf(outcome)).toMatchObject({
    url: "https://example.org/20261001-2618/debian.qcow2",
    folder: "/srv/images",
    name: "debian-13-20261001-2618.qcow2",
    size: 5,
    checksum: { hex: SHA },
    ifExists: "adopt",
  });
  expect(outcome).toMatchObject({
    draft: {
      source: { kind: "image", imageId: "debian-13", build: "20261001-2618" },
      destination: "/srv/images/debian-13-20261001-2618.qcow2",
    },
  });
});

test("a hash that is given counts where the publisher tells none, and is refused where he tells another", async () => {
  const given = "b".repeat(64);
  const untold = await createPlanner({}, { images: images({ checksum: null }) });
  expect(stepOf(await untold.ask({ source: "debian-13", sha256: given })).checksum?.hex).toBe(given);
  const told = await createPlanner({}, { images: images() });
  expect(await told.ask({ source: "debian-13", sha256: given })).toMatchObject({
    kind: "refused",
    field: "sha256",
  });
  expect(await told.ask({ source: "debian-13", size: 6 })).toMatchObject({ kind: "refused", field: "size" });
  expect(await told.ask({ source: "debian-13", path: "x/" })).toMatchObject({
    kind: "refused",
    field: "path",
  });
});

test("a publisher that cannot be asked refuses the image with the reason", async () => {
  const trouble = failure("server_error", "example.org is in trouble.");
  const planner = await createPlanner({}, { images: images({ kind: "failed", failure: trouble }) });
  expect(await planner.ask({ source: "debian-13" })).toMatchObject({ kind: "refused", failure: trouble });
});

test("a wrong entry is named with its field", async () => {
  const bad = [{ id: "broken", field: "os.family", reason: "must be a text" }];
  const planner = await createPlanner({}, { images: images({}, bad) });
  expect(await planner.ask({ source: "broken" })).toMatchObject({
    kind: "refused",
    failure: { message: expect.stringContaining("os.family must be a text") },
  });
});

test.each(["loras/detail.md", "org/repo", "two\nlines", "a b"])(
  "the catalogue is not asked about %j, which is no id",
  async (source) => {
    const asking = images();
    const planner = await createPlanner({}, { images: asking });
    await planner.ask({ source });
    expect(asking.asked.length).toBe(source === "two\nlines" ? 2 : 0);
  },
);

test("a catalogue that cannot be read stands in the way of nothing else", async () => {
  const broken = {
    ...images(),
    catalogue: async (): Promise<never> => {
      throw new CatalogueError("images.json", "is broken");
    },
  };
  const planner = await createPlanner({}, { images: broken });
  expect(await planner.ask({ source: "debian-13" })).toMatchObject({
    kind: "refused",
    failure: { code: "not_found" },
  });
});
