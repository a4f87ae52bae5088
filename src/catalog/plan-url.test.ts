import { mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPlanner, draftOf, refusalOf, stepOf, URL_OF_FILE } from "./testing/planner.ts";
import { entry, oneSet } from "./testing/world.ts";

const SHA = "ab".repeat(32);

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
    ["https://example.com/\u000bHost: evil", "source must not hold control characters"],
    [`https://example.com/${"x".repeat(9_000)}`, "source must be at most 8192 characters"],
  ])("%j is none, and is not repeated", async (source, reason) => {
    const planner = await createPlanner();
    const refusal = refusalOf(planner, await planner.ask({ source }));
    expect(refusal).toContain(`source: unsupported: ${reason}`);
    expect(refusal).not.toContain("s3cret");
  });
});
