import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JobRequest, PlanOutcome } from "../job/catalog-contract.ts";
import type { JobDraft, TransferStep } from "../job/job.ts";
import { createModelCatalog } from "./model-catalog.ts";
import { createPlan } from "./plan.ts";
import { createWorld, entry, oneSet, REQUEST, type World } from "./testing.ts";

const SHA = "ab".repeat(32);
const URL_OF_FILE = "https://example.com/files/image.iso";

interface Planner extends World {
  downloadsDir: string;
  ask(request: Partial<JobRequest>): Promise<PlanOutcome>;
}

async function createPlanner(
  content: unknown = {},
  dirs: { modelsDir?: string; downloadsDir?: string } = {},
): Promise<Planner> {
  const world = await createWorld(content);
  const downloadsDir = join(world.folder, dirs.downloadsDir ?? "downloads");
  const modelsDir = dirs.modelsDir === undefined ? world.modelsDir : join(world.folder, dirs.modelsDir);
  const catalog = createModelCatalog({ ...world, modelsDir });
  const plan = createPlan({ node: "this-node", modelsDir, downloadsDir, catalog });
  return { ...world, modelsDir, downloadsDir, catalog, ask: (request) => plan({ ...REQUEST, ...request }) };
}

function draftOf(outcome: PlanOutcome): JobDraft {
  if (outcome.kind === "refused") throw new Error(`${outcome.field}: ${outcome.failure.message}`);
  return outcome.draft;
}

function stepOf(outcome: PlanOutcome): TransferStep {
  const [step] = draftOf(outcome).steps;
  if (step?.kind !== "transfer") throw new Error("no transfer");
  return step;
}

/** `field: code: message` of a refusal, folders by name. */
function refusalOf({ modelsDir, downloadsDir }: Planner, outcome: PlanOutcome): string {
  if (outcome.kind === "planned") return `planned ${outcome.draft.destination}`;
  const { code, message, advice } = outcome.failure;
  expect(advice).toMatch(/\.$/);
  return `${outcome.field}: ${code}: ${message}`
    .replaceAll(modelsDir, "MODELS")
    .replaceAll(downloadsDir, "DOWNLOADS");
}

describe("a URL", () => {
  test("becomes one transfer into the downloads folder, with all that was asked for", async () => {
    const planner = await createPlanner();
    const outcome = await planner.ask({
      source: URL_OF_FILE,
      sha256: SHA.toUpperCase(),
      size: 12,
      headers: { "X-Key": "v" },
      mirrors: ["https://mirror.example.com/image.iso", URL_OF_FILE, "https://mirror.example.com/image.iso"],
      priority: 7,
      limitBytesPerSecond: 4096,
      after: "0198",
      to: "this-node",
    });
    const folder = join(planner.downloadsDir, "files");
    expect(outcome).toEqual({
      kind: "planned",
      draft: {
        source: { kind: "url", url: URL_OF_FILE },
        place: { kind: "node", name: "this-node" },
        steps: [
          {
            kind: "transfer",
            url: URL_OF_FILE,
            mirrors: ["https://mirror.example.com/image.iso"],
            folder,
            name: "image.iso",
            size: 12,
            checksum: { algorithm: "sha256", hex: SHA, origin: "request" },
            headers: { "X-Key": "v" },
            ifExists: "refuse",
          },
        ],
        name: "image.iso",
        destination: join(folder, "image.iso"),
        priority: 7,
        limitBytesPerSecond: 4096,
        after: "0198",
      },
    });
    expect(await readdir(planner.folder)).not.toContain("downloads");
  });

  test("may replace the file that is there if it is asked to", async () => {
    const planner = await createPlanner();
    expect(stepOf(await planner.ask({ source: URL_OF_FILE, replace: true })).ifExists).toBe("replace");
  });

  test("is sent without its fragment", async () => {
    const planner = await createPlanner();
    expect(stepOf(await planner.ask({ source: `${URL_OF_FILE}?a=1#part` })).url).toBe(`${URL_OF_FILE}?a=1`);
  });

  test.each([
    ["https://h/a%20b.tar.gz?x=1", "a b.tar.gz"],
    ["http://h/x.7z", "x.7z"],
    ["https://h/%2e%2e%2fpasswd.txt", "passwd.txt"],
    ["https://h/download", null],
    ["https://h/model-v1.5", null],
    ["https://h/", null],
    ["https://h/get.php?file=x.iso", null],
    ["https://h/x.aspx", null],
    ["https://bucket/object.bin?response-content-disposition=attachment%3B%20filename%3Dy.bin", null],
  ])("%s gives the name %j; the server names what has none", async (source, name) => {
    const planner = await createPlanner();
    const outcome = await planner.ask({ source });
    expect(stepOf(outcome).name).toBe(name);
    expect(draftOf(outcome).destination).toBe(name && join(planner.downloadsDir, "files", name));
  });

  test("without a name is called by its host and path, never by its secrets", async () => {
    const planner = await createPlanner();
    const { name } = draftOf(
      await planner.ask({ source: "https://me:pw@h.example.com/api/42?token=s3cret" }),
    );
    expect(name).toBe("h.example.com/42");
  });

  test.each([
    ["sub/", "DOWNLOADS/files/sub/image.iso"],
    ["sub/other.iso", "DOWNLOADS/files/sub/other.iso"],
    ["there", "DOWNLOADS/files/there/image.iso"],
    ["DOWNLOADS/files", "DOWNLOADS/files/image.iso"],
    ["DOWNLOADS/files/sub/x", "DOWNLOADS/files/sub/x"],
    ["MODELS/vae/x.safetensors", "MODELS/vae/x.safetensors"],
    ["MODELS/vae/", "MODELS/vae/image.iso"],
  ])("with the path %s goes to %s", async (path, destination) => {
    const planner = await createPlanner();
    await mkdir(join(planner.downloadsDir, "files/there"), { recursive: true });
    const full = (text: string): string =>
      text.replace("DOWNLOADS", planner.downloadsDir).replace("MODELS", planner.modelsDir);
    expect(draftOf(await planner.ask({ source: URL_OF_FILE, path: full(path) })).destination).toBe(
      full(destination),
    );
  });

  test("into a folder, without a name, leaves the name to the server", async () => {
    const planner = await createPlanner();
    const outcome = await planner.ask({ source: "https://h/download", path: "sub/" });
    expect(stepOf(outcome)).toMatchObject({ folder: join(planner.downloadsDir, "files/sub"), name: null });
    expect(draftOf(outcome).destination).toBeNull();
  });

  test.each([
    ["../x", "path must stay inside the downloads folder (DOWNLOADS/files)"],
    ["../download_queue.json", "path must stay inside the downloads folder (DOWNLOADS/files)"],
    [
      "DOWNLOADS/download_queue.json",
      "path must stay inside the downloads folder (DOWNLOADS/files) or the models folder (MODELS)",
    ],
    ["DOWNLOADS/files/../download_queue.json", "path must stay inside the downloads folder"],
    ["MODELS/../x", "path must stay inside the models folder (MODELS)"],
    ["MODELS-evil/x", "path must stay inside the downloads folder"],
    ["/etc/passwd", "path must stay inside the downloads folder"],
    [".bashrc", "path must not hold names that begin with a dot"],
    ["a\u0000b", "path must not hold control characters"],
    ["x.part", "path must not end in '.part'"],
    ["", "path must not be empty"],
  ])("with the path %j is refused, by the name of the field", async (path, reason) => {
    const planner = await createPlanner();
    const full = path.replace("DOWNLOADS", planner.downloadsDir).replace("MODELS", planner.modelsDir);
    const refusal = refusalOf(planner, await planner.ask({ source: URL_OF_FILE, path: full }));
    expect(refusal).toContain("path: path_refused: ");
    expect(refusal).toContain(reason);
  });

  test("through a link out of the downloads folder is refused", async () => {
    const planner = await createPlanner();
    await mkdir(join(planner.downloadsDir, "files"), { recursive: true });
    await symlink("/etc", join(planner.downloadsDir, "files/out"));
    expect(refusalOf(planner, await planner.ask({ source: URL_OF_FILE, path: "out/x" }))).toContain(
      "is a link to",
    );
  });

  test("never goes beside the JSON files that are a way into the queue, however the folders lie", async () => {
    for (const dirs of [
      { modelsDir: "data", downloadsDir: "data" },
      { modelsDir: "data", downloadsDir: "data/downloads" },
    ]) {
      const planner = await createPlanner(
        oneSet({
          m: entry({ path: "download_queue.json" }),
          n: entry({ path: "downloads/download_queue.json" }),
        }),
        dirs,
      );
      for (const path of [
        planner.downloadsDir,
        `${planner.downloadsDir}/`,
        join(planner.downloadsDir, "download_queue.json"),
      ])
        expect(refusalOf(planner, await planner.ask({ source: URL_OF_FILE, path }))).toContain(
          "the folder of Haulyard's own files",
        );
      const model = dirs.downloadsDir === "data" ? "m" : "n";
      expect(refusalOf(planner, await planner.ask({ source: model }))).toContain(
        "the folder of Haulyard's own files",
      );
    }
  });

  test.each([
    ["https://", "source is not a URL"],
    ["https:example.com/x", "source is not a URL"],
    ["https://user:s3cret@exa mple.com/x", "source is not a URL"],
    ["https://example.com/\nHost: evil", "source must not hold control characters"],
    [`https://example.com/${"x".repeat(9_000)}`, "source must be at most 8192 characters"],
  ])("%j is none, and is not repeated", async (source, reason) => {
    const planner = await createPlanner();
    const refusal = refusalOf(planner, await planner.ask({ source }));
    expect(refusal).toContain(`source: unsupported: ${reason}`);
    expect(refusal).not.toContain("s3cret");
  });
});

describe("a model", () => {
  const content = {
    a: {
      models: {
        m: entry({ sha256: SHA, size: 5 }),
        only: entry({ path: "only.bin" }),
        same: entry({ path: "same.bin" }),
      },
    },
    b: {
      models: {
        m: entry({ path: "loras/m.bin" }),
        same: entry({ path: "same.bin" }),
        bad: entry({ path: "../x" }),
      },
    },
    "c/d": { models: { e: entry({ path: "e.bin" }) } },
  };

  test("becomes one transfer to its path, whose file an old system may have begun", async () => {
    const planner = await createPlanner(content);
    const folder = join(planner.modelsDir, "vae");
    expect(
      draftOf(
        await planner.ask({
          source: "a/m",
          headers: { A: "b" },
          mirrors: ["https://mirror.example.com/x"],
          priority: -3,
        }),
      ),
    ).toEqual({
      source: { kind: "model", setId: "a", modelId: "m" },
      place: { kind: "node", name: "this-node" },
      steps: [
        {
          kind: "transfer",
          url: "https://example.com/x.safetensors",
          mirrors: ["https://mirror.example.com/x"],
          folder,
          name: "x.safetensors",
          size: 5,
          checksum: { algorithm: "sha256", hex: SHA, origin: "model entry" },
          headers: { A: "b" },
          ifExists: "adopt",
        },
      ],
      name: "x.safetensors",
      destination: join(folder, "x.safetensors"),
      priority: -3,
      limitBytesPerSecond: null,
      after: null,
    });
  });

  test("is found by its id alone where one set has it, or all that have it mean the same file", async () => {
    const planner = await createPlanner(content);
    expect(draftOf(await planner.ask({ source: "only" })).source).toMatchObject({
      setId: "a",
      modelId: "only",
    });
    expect(draftOf(await planner.ask({ source: "same" })).source).toMatchObject({
      setId: "a",
      modelId: "same",
    });
    expect(draftOf(await planner.ask({ source: "c/d/e" })).source).toMatchObject({
      setId: "c/d",
      modelId: "e",
    });
  });

  test("of several sets is asked back for, with the choices", async () => {
    const planner = await createPlanner(content);
    const outcome = await planner.ask({ source: "m" });
    expect(outcome).toMatchObject({
      kind: "refused",
      field: "source",
      failure: { advice: "Say which: a/m, b/m." },
    });
  });

  test("takes a hash and a size from the request where its entry has none, and no others where it has", async () => {
    const planner = await createPlanner(content);
    const other = "cd".repeat(32);
    expect(stepOf(await planner.ask({ source: "only", sha256: other, size: 9 }))).toMatchObject({
      checksum: { hex: other, origin: "request" },
      size: 9,
    });
    expect(
      stepOf(await planner.ask({ source: "a/m", sha256: SHA.toUpperCase(), size: 5 })).checksum?.origin,
    ).toBe("model entry");
    expect(refusalOf(planner, await planner.ask({ source: "a/m", sha256: other }))).toContain(
      "sha256: checksum_mismatch: ",
    );
    expect(refusalOf(planner, await planner.ask({ source: "a/m", size: 6 }))).toContain(
      "size: size_mismatch: ",
    );
  });

  test("goes where its entry says and nowhere else", async () => {
    const planner = await createPlanner(content);
    expect(refusalOf(planner, await planner.ask({ source: "a/m", path: "x" }))).toBe(
      'path: path_refused: path must not be given for a model: its entry says "vae/x.safetensors"',
    );
  });

  test("whose entry is bad is refused with the reason", async () => {
    const planner = await createPlanner(content);
    for (const source of ["b/bad", "bad"])
      expect(refusalOf(planner, await planner.ask({ source }))).toContain(
        "b/bad of the model catalogue cannot be used: path must stay inside",
      );
  });

  test("of a broken catalogue is refused with the place of the fault; URLs go on", async () => {
    const planner = await createPlanner("{,}");
    expect(refusalOf(planner, await planner.ask({ source: "a/m" }))).toContain("line 1, column 2");
    expect((await planner.ask({ source: URL_OF_FILE })).kind).toBe("planned");
  });
});

describe("any other source", () => {
  test.each([
    ["nothing", 'source: not_found: source: the model catalogue has no "nothing"'],
    ["", 'source: not_found: source: the model catalogue has no ""'],
    ["toString", 'source: not_found: source: the model catalogue has no "toString"'],
    ["hf://org/repo/x.gguf", "source: unsupported: source: Hugging Face addresses (hf://) are not supported"],
    ["civitai://123", "source: unsupported: source: Civitai addresses (civitai://) are not supported"],
    [
      "urn:air:sdxl:lora:civitai:1@2",
      "source: unsupported: source: Civitai addresses (civitai://) are not supported",
    ],
    [
      "ftp://u:s3cret@example.com/x",
      'source: unsupported: source: addresses of this kind are not supported: "ftp://***@example.com/x"',
    ],
    ["cards/flux.md", "source: unsupported: source: resource cards are not supported"],
    ["flow.json", "source: unsupported: source: ComfyUI workflows are not supported"],
  ])("%s is refused, saying what would work", async (source, expected) => {
    const planner = await createPlanner();
    const outcome = await planner.ask({ source });
    expect(refusalOf(planner, outcome)).toContain(expected);
    expect(outcome).toMatchObject({ failure: { advice: expect.stringContaining("http://") as string } });
  });

  test("that is an id in the catalogue is that model, whatever it looks like", async () => {
    const planner = await createPlanner(oneSet({ "hf://x.md": entry() }));
    expect((await planner.ask({ source: "hf://x.md" })).kind).toBe("planned");
  });

  test("however long is answered in a few words", async () => {
    const planner = await createPlanner();
    expect(refusalOf(planner, await planner.ask({ source: "x".repeat(100_000) })).length).toBeLessThan(400);
  });
});

describe("a wrong field is named, whatever the source", () => {
  test.each([
    [
      { to: "elsewhere" },
      'to: unsupported: to: jobs run on this machine only so far, it is called "this-node"; got "elsewhere"',
    ],
    [
      { headers: { Host: "evil" } },
      "headers.Host: unsupported: headers.Host must not be given: it is that of the URL",
    ],
    [
      { headers: { rAnGe: "bytes=0-" } },
      "headers.rAnGe: unsupported: headers.rAnGe must not be given: the transfer sets it",
    ],
    [{ headers: { "If-Range": "x" } }, "headers.If-Range"],
    [{ headers: { "Accept-Encoding": "gzip" } }, "headers.Accept-Encoding"],
    [{ headers: { "Content-Length": "5" } }, "headers.Content-Length"],
    [{ headers: { "Transfer-Encoding": "chunked" } }, "headers.Transfer-Encoding"],
    [{ headers: { Connection: "close" } }, "headers.Connection"],
    [{ headers: { Upgrade: "h2c" } }, "headers.Upgrade"],
    [{ headers: { "If-None-Match": "*" } }, "headers.If-None-Match"],
    [{ headers: { "Proxy-Authorization": "Basic s3cret" } }, "headers.Proxy-Authorization"],
    [
      { headers: { "X-A": "s3cret\r\nHost: evil" } },
      "headers.X-A: unsupported: headers.X-A must not hold control characters, line ends",
    ],
    [{ headers: { "X-A": "s3cret\u0000" } }, "headers.X-A"],
    [{ headers: { "X-A": "文" } }, "headers.X-A"],
    [{ headers: { "X-A": "s3cret".repeat(2_000) } }, "headers.X-A must be at most 8192 characters"],
    [{ headers: { "X\r\nHost": "evil" } }, "headers: unsupported: headers must be named by HTTP tokens"],
    [{ headers: { "": "x" } }, "headers: unsupported: headers must be named by HTTP tokens"],
    [{ headers: { "X-A": "1", "x-a": "2" } }, "headers.x-a is given twice"],
    [
      { headers: Object.fromEntries(Array.from({ length: 65 }, (_, index) => [`x${index}`, ""])) },
      "headers must be at most 64",
    ],
    [
      { mirrors: ["https://example.com/", "ftp://u:s3cret@x"] },
      "mirrors.1: unsupported: mirrors.1 must begin with http:// or https://",
    ],
    [{ sha256: "xyz" }, "sha256: unsupported: sha256 must be 64 hexadecimal digits"],
    [{ size: -1 }, "size: unsupported: size must be a whole number of bytes"],
    [{ size: 1.5 }, "size: unsupported: size must be a whole number of bytes"],
  ] as [Partial<JobRequest>, string][])("%j", async (wrong, expected) => {
    const planner = await createPlanner(oneSet({ m: entry() }));
    for (const source of [URL_OF_FILE, "s/m"]) {
      const refusal = refusalOf(planner, await planner.ask({ source, ...wrong }));
      expect(refusal).toContain(expected);
      expect(refusal).not.toContain("s3cret");
    }
  });

  test("ordinary headers pass", async () => {
    const planner = await createPlanner();
    const headers = {
      Authorization: "Bearer x",
      Cookie: "a=b",
      "User-Agent": "x/1",
      Referer: "https://example.com/é",
      Accept: "*/*",
    };
    expect(stepOf(await planner.ask({ source: URL_OF_FILE, headers })).headers).toEqual(headers);
  });
});

test("planning changes nothing on the disk", async () => {
  const planner = await createPlanner(oneSet({ m: entry() }));
  await writeFile(join(planner.modelsDir, "x"), "");
  const before = await readdir(planner.folder, { recursive: true });
  await planner.ask({ source: "s/m" });
  await planner.ask({ source: URL_OF_FILE, path: "new/folder/" });
  expect(await readdir(planner.folder, { recursive: true })).toEqual(before);
});
