import { describe, expect, it } from "vitest";
import type { Host } from "../job/host.ts";
import type { ScanAnswer } from "../job/host-contract.ts";
import type { PlanOutcome } from "../job/catalog-contract.ts";
import { failure } from "../job/failure.ts";
import type { LookAtFile, Sight } from "../job/transfer-contract.ts";
import { entry, oneSet } from "./testing/world.ts";
import { createPlanner, draftOf, stepOf, type Planner, type PlannerOptions } from "./testing/planner.ts";

const GPU: Host = {
  id: "0b0e7a3c-8f3e-4f0e-9d4e-000000000001",
  connection: "ssh root@203.0.113.7",
  identity: "root@203.0.113.7:22",
  address: "203.0.113.7",
  port: 22,
  user: "root",
  instanceId: "203_0_113_7",
  label: "gpu",
  uiHome: "/workspace/ComfyUI",
  tags: [],
  limits: { jobs: null, connections: null, bytesPerSecond: null },
  needs: {},
  createdAt: 0,
  updatedAt: 0,
  lastSeenAt: null,
  findings: null,
  question: null,
};

async function away(content: unknown = {}, options: PlannerOptions = {}): Promise<Planner> {
  return createPlanner(content, { hosts: [GPU], ...options });
}

const seen =
  (sight: Sight): LookAtFile =>
  async () =>
    sight;

function scanned(...paths: string[]): ScanAnswer {
  return {
    kind: "scanned",
    findings: {
      at: 0,
      system: "Linux x86_64",
      uiHome: "/workspace/ComfyUI",
      uiHomeExists: true,
      freeBytes: null,
      totalBytes: null,
      tools: [],
    },
    inventory: {
      folder: "/workspace/ComfyUI/models",
      files: paths.map((path) => ({ path, bytes: 1 })),
      more: false,
    },
  };
}

function reasonOf(outcome: PlanOutcome): string {
  return outcome.kind === "refused" ? `${outcome.field} ${outcome.failure.message}` : outcome.kind;
}

it("an instance has no cache of Hugging Face that files could be put into", async () => {
  const planner = await away();
  const outcome = await planner.ask({ source: "hf://org/repo", layout: "hf-cache", to: "gpu" });
  expect(outcome).toMatchObject({ kind: "refused", field: "to", failure: { code: "unsupported" } });
});

describe("a source for an instance", () => {
  it.each([
    [null, "/workspace/ComfyUI/models/a.bin"],
    ["loras/", "/workspace/ComfyUI/models/loras/a.bin"],
    ["models/loras/b.bin", "/workspace/ComfyUI/models/loras/b.bin"],
    ["/workspace/ComfyUI/input/", "/workspace/ComfyUI/input/a.bin"],
  ])("goes below the models folder there, path %s", async (path, destination) => {
    const planner = await away();
    const outcome = await planner.ask({ source: "https://example.com/a.bin", to: "gpu", path });
    const draft = draftOf(outcome);
    expect(draft).toMatchObject({ destination, place: { kind: "ssh", hostId: GPU.id } });
  });

  it.each([
    "../x",
    "/etc/cron.d/x",
    "/workspace/ComfyUI/../x",
    "loras/.hidden",
    "/workspace/ComfyUI2/x",
    "~/x",
  ])("does not leave $UI_HOME: %s", async (path) => {
    const planner = await away();
    const outcome = await planner.ask({ source: "https://example.com/a.bin", to: "gpu", path });
    expect(reasonOf(outcome)).toMatch(/^path path must /);
  });

  it("is called what its server says, and has the size and hash that it tells", async () => {
    const checksum = { algorithm: "sha256", hex: "b".repeat(64), origin: "X-Linked-Etag" } as const;
    const look = seen({ kind: "seen", name: "real.safetensors", size: 7, checksum });
    const planner = await away({}, { look });
    const outcome = await planner.ask({ source: "https://example.com/download?id=7", to: "gpu" });
    expect(stepOf(outcome)).toMatchObject({ name: "real.safetensors", size: 7, checksum });
    expect(draftOf(outcome).destination).toBe("/workspace/ComfyUI/models/real.safetensors");
  });

  it("whose server does not answer is queued if its name is known, and refused if not", async () => {
    const look = seen({ kind: "failed", failure: failure("connection_failed", "Nobody answers.") });
    const planner = await away({}, { look });
    expect(stepOf(await planner.ask({ source: "https://example.com/a.bin", to: "gpu" })).name).toBe("a.bin");
    const outcome = await planner.ask({ source: "https://example.com/download?id=7", to: "gpu" });
    expect(reasonOf(outcome)).toBe("source Nobody answers.");
  });

  it("that is a model of the catalogue goes where its entry says, below the models folder there", async () => {
    const url = "https://example.com/x.safetensors";
    const planner = await away({
      s: {
        models: {
          m: { name: "m", url, path: "vae/x.safetensors" },
          n: { name: "n", url, path: "models/loras/" },
        },
      },
    });
    expect(draftOf(await planner.ask({ source: "s/m", to: "gpu" })).destination).toBe(
      "/workspace/ComfyUI/models/vae/x.safetensors",
    );
    expect(draftOf(await planner.ask({ source: "s/n", to: "gpu" })).destination).toBe(
      "/workspace/ComfyUI/models/loras/x.safetensors",
    );
  });

  it("that is a list is a job for each line", async () => {
    const planner = await away();
    const source = "https://example.com/a.bin\nhttps://example.com/b.bin\n out=c.bin";
    const outcome = await planner.ask({ source, to: "gpu", path: "loras" });
    if (outcome.kind !== "many") throw new Error(reasonOf(outcome));
    expect(outcome.drafts.map(({ destination }) => destination)).toEqual([
      "/workspace/ComfyUI/models/loras/a.bin",
      "/workspace/ComfyUI/models/loras/c.bin",
    ]);
  });
});

describe("a workflow for an instance", () => {
  const url = "https://example.com/new.safetensors";
  const source = JSON.stringify({
    nodes: [
      { id: 1, type: "VAELoader", widgets_values: ["there.safetensors"] },
      {
        id: 2,
        type: "LoraLoader",
        widgets_values: ["new.safetensors", 1, 1],
        properties: { models: [{ name: "new.safetensors", url, directory: "loras" }] },
      },
      { id: 3, type: "CLIPLoader", widgets_values: ["clip.safetensors"] },
    ],
  });

  it("lacks what the instance does not have, whatever this machine has", async () => {
    const scan = scanned("vae/there.safetensors", "clip/clip.safetensors");
    const planner = await away({}, { scan });
    const outcome = await planner.ask({ source, to: "gpu" });
    if (outcome.kind !== "many") throw new Error(reasonOf(outcome));
    expect(outcome.drafts.map(({ destination }) => destination)).toEqual([
      "/workspace/ComfyUI/models/loras/new.safetensors",
    ]);
    expect(outcome.skipped).toEqual([]);
    expect(outcome.notes).toEqual(["2 models the workflow names are here already."]);
  });

  it("says so where the instance did not say what it has", async () => {
    const planner = await away();
    const outcome = await planner.ask({ source, to: "gpu" });
    if (outcome.kind !== "many") throw new Error(reasonOf(outcome));
    expect(outcome.notes?.join(" ")).toContain("The instance did not say what it has");
    expect(outcome.skipped.map(({ what }) => what)).toEqual([
      expect.stringContaining("there.safetensors"),
      expect.stringContaining("clip.safetensors"),
    ]);
  });
});

describe("a source for another machine", () => {
  const folders = { models: "/srv/models", images: "/srv/images", downloads: "/srv/dl", ui_home: "/srv/ui" };
  const nodes = [
    { name: "this-node", folders: {} },
    { name: "gpu-1", folders },
  ];

  it.each([
    [null, "/srv/dl/files/a.bin"],
    ["vae/", "/srv/dl/files/vae/a.bin"],
    ["/srv/models/vae/b.bin", "/srv/models/vae/b.bin"],
  ])("goes into the folders that it said are its own, path %s", async (path, destination) => {
    const planner = await createPlanner({}, { nodes });
    for (const to of ["node:gpu-1", "gpu-1"]) {
      const draft = draftOf(await planner.ask({ source: "https://example.com/a.bin", to, path }));
      expect(draft).toMatchObject({ destination, place: { kind: "node", name: "gpu-1" } });
    }
  });

  it("that is a model goes below the models folder there", async () => {
    const planner = await createPlanner(oneSet({ m: entry({ path: "vae/m.safetensors" }) }), { nodes });
    const draft = draftOf(await planner.ask({ source: "s/m", to: "gpu-1" }));
    expect(draft).toMatchObject({
      destination: "/srv/models/vae/m.safetensors",
      place: { kind: "node", name: "gpu-1" },
    });
  });

  it.each(["../x", "/etc/cron.d/x", "/srv/models/../x", "/srv/dl/queue.json/../../x"])(
    "does not leave its folders: %s",
    async (path) => {
      const planner = await createPlanner({}, { nodes });
      const outcome = await planner.ask({ source: "https://example.com/a.bin", to: "gpu-1", path });
      expect(reasonOf(outcome)).toMatch(/^path path must /);
    },
  );

  it("that nobody knows is refused with the machines there are, and this one may be named, too", async () => {
    const planner = await createPlanner({}, { nodes });
    const refused = await planner.ask({ source: "https://example.com/a.bin", to: "node:gpu-9" });
    expect(reasonOf(refused)).toContain('to must name a machine ("this-node", "gpu-1") or an instance');
    const here = await planner.ask({ source: "https://example.com/a.bin", to: "node:this-node" });
    expect(draftOf(here).destination?.startsWith(planner.downloadsDir)).toBe(true);
  });
});
