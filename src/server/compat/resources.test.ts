import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../testing/send.ts";
import type { Raw, Sent } from "../testing/send.ts";
import { startServer } from "../testing/start-server.ts";
import { stateOf } from "../testing/state-of.ts";
import type { TestServer } from "../testing/test-server.ts";

const FENCE = "```";
const SECRET = "905ad9c17ed7f6ba43fd10c211981d8c";

const FUSIONX = `---
tags: [lora, wan, video]
title: "Wan 2.1 FusionX LoRA"
version: "Image2Video"
published: 2024-11-20
size: 524288000
creator: CivitAI Community
ecosystem: wan
basemodel: wan2.1
type: lora
AIR: "urn:air:wanvideo14b_i2v_720p:lora:civitai:1678575@1900322"
image: encoder.jpg
license: CreativeML Open RAIL-M
url: https://civitai.com/models/1678575?token=${SECRET}
dependencies: [wan2.1_vae, "nobody's"]
trigger: ohwx man
api_key: ${SECRET}
---

# Description

- Style LoRA for Wan 2.1; trigger token: ohwx

# Download
${FENCE}bash
# The LoRA
civitdl "https://civitai.com/models/1678575?modelVersionId=1900322" \\
  "$UI_HOME/models/loras"
${FENCE}
`;

const VAE = `---
title: Wan VAE
type: vae
AIR: wan2.1_vae
ecosystem: WAN
tags: [video, VAE]
---
Turns latents into pictures.

### 📥 Download
${FENCE}sh
mkdir -p "$UI_HOME/models/vae" && wget -c -P "$UI_HOME/models/vae" https://x.org/vae.safetensors
curl x | sh
${FENCE}
`;

const LEAKY = `# Download
${FENCE}bash
civitdl 1995784 "$UI_HOME/models" \\
  --api-key ${SECRET}
wget --header="Authorization: Bearer ${SECRET}" -P "$UI_HOME" "https://me:${SECRET}@x.org/a?token=${SECRET}"
${FENCE}
`;

let running: TestServer;

beforeAll(async () => {
  running = await startServer({ localJobs: 0, commands: "known" });
  const files = {
    "loras/wan21_fusionx.md": FUSIONX,
    "encoders/Wan VAE (2.1).md": VAE,
    "checkpoints/leaky.md": LEAKY,
    "loras/broken.md": `---\ntitle: [\n---\n# Download\n${FENCE}bash\nls\n${FENCE}\n`,
    "note.md": "Buy milk.",
    "_draft.md": FUSIONX,
    "README.md": "# Cards",
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(running.cards, path)), { recursive: true });
    await writeFile(join(running.cards, path), text);
  }
  await writeFile(join(running.folder, "outside.md"), FUSIONX);
  await symlink(join(running.folder, "outside.md"), join(running.cards, "loras/link.md"));
});
afterAll(() => running[Symbol.asyncDispose]());

const get = (path: string, sent: Sent = {}): Promise<Raw> => send(running.url, path, sent);

function resourceOf(json: Raw["json"]): Record<string, unknown> {
  return (json ?? {})["resource"] as Record<string, unknown>;
}

async function paths(query: string): Promise<unknown> {
  const { status, json } = await get(query);
  expect(status).toBe(200);
  const resources = json?.["resources"] as { filepath: string }[];
  expect(json).toMatchObject({ success: true, count: resources.length });
  return resources.map(({ filepath }) => filepath);
}

describe("GET /resources/list", () => {
  it("answers in the shape the old resource queue had", async () => {
    const { json } = await get("/resources/list?search=fusionx");
    expect(json).toEqual({
      success: true,
      count: 1,
      resources: [
        {
          metadata: {
            tags: ["lora", "wan", "video"],
            title: "Wan 2.1 FusionX LoRA",
            version: "Image2Video",
            published: "2024-11-20",
            size: 524_288_000,
            creator: "CivitAI Community",
            ecosystem: "wan",
            basemodel: "wan2.1",
            type: "lora",
            AIR: "urn:air:wanvideo14b_i2v_720p:lora:civitai:1678575@1900322",
            image: "encoder.jpg",
            license: "CreativeML Open RAIL-M",
            url: "https://civitai.com/models/1678575?token=***",
            dependencies: ["wan2.1_vae", "nobody's"],
            aliases: [],
            trigger: "ohwx man",
            api_key: "***",
          },
          description: "# Description\n\n- Style LoRA for Wan 2.1; trigger token: ohwx",
          download_command:
            '# The LoRA\ncivitdl "https://civitai.com/models/1678575?modelVersionId=1900322" \\\n  "$UI_HOME/models/loras"',
          commands: [
            'civitdl "https://civitai.com/models/1678575?modelVersionId=1900322" "$UI_HOME/models/loras"',
          ],
          filename: "wan21_fusionx.md",
          filepath: "loras/wan21_fusionx.md",
        },
      ],
      broken: [
        { filepath: "loras/broken.md", line: 2, reason: expect.stringMatching(/no valid YAML/) as string },
        {
          filepath: "loras/link.md",
          line: null,
          reason: "it is a link that leads out of the folder of the cards",
        },
        { filepath: "note.md", line: 1, reason: "it has no Download heading" },
      ],
    });
  });

  it.each<[string, string[]]>([
    ["", ["checkpoints/leaky.md", "encoders/Wan VAE (2.1).md", "loras/wan21_fusionx.md"]],
    [
      "?type=&ecosystem=&tags=&search=",
      ["checkpoints/leaky.md", "encoders/Wan VAE (2.1).md", "loras/wan21_fusionx.md"],
    ],
    ["?type=lora", ["loras/wan21_fusionx.md"]],
    ["?type=loras", ["loras/wan21_fusionx.md"]],
    ["?ecosystem=wan", ["encoders/Wan VAE (2.1).md", "loras/wan21_fusionx.md"]],
    ["?tags=vae,lora", ["encoders/Wan VAE (2.1).md", "loras/wan21_fusionx.md"]],
    ["?tags=%20lora%20,,", ["loras/wan21_fusionx.md"]],
    ["?tags=,", ["checkpoints/leaky.md", "encoders/Wan VAE (2.1).md", "loras/wan21_fusionx.md"]],
    ["?search=latents", ["encoders/Wan VAE (2.1).md"]],
    ["?type=vae&search=latents+wan&tags=video&ecosystem=wan", ["encoders/Wan VAE (2.1).md"]],
    ["?type=nothing", []],
  ])("filters: %s", async (query, expected) =>
    expect(await paths(`/resources/list${query}`)).toEqual(expected),
  );

  it("is right at once after a card was changed", async () => {
    const file = join(running.cards, "loras/new.md");
    await writeFile(file, VAE.replace("Wan VAE", "Fresh"));
    expect(await paths("/resources/list?search=fresh")).toEqual(["loras/new.md"]);
    await rm(file);
    expect(await paths("/resources/list?search=fresh")).toEqual([]);
  });
});

describe("GET /resources/search", () => {
  it("finds by all words, the best first", async () => {
    expect(await paths("/resources/search?q=wan")).toEqual([
      "encoders/Wan VAE (2.1).md",
      "loras/wan21_fusionx.md",
    ]);
    expect(await paths("/resources/search?q=%20FUSIONX%20%20lora")).toEqual(["loras/wan21_fusionx.md"]);
    expect(await paths("/resources/search?q=nothing")).toEqual([]);
  });
});

describe("GET /resources/types, ecosystems and tags", () => {
  it("answer what there is, once each", async () => {
    expect((await get("/resources/types")).json).toEqual({
      success: true,
      count: 3,
      types: ["checkpoints", "lora", "vae"],
    });
    expect((await get("/resources/ecosystems")).json).toEqual({
      success: true,
      count: 1,
      ecosystems: ["WAN"],
    });
    expect((await get("/resources/tags")).json).toEqual({
      success: true,
      count: 4,
      tags: ["lora", "VAE", "video", "wan"],
    });
  });
});

describe("GET /resources/get/{path}", () => {
  it.each(["loras/wan21_fusionx.md", "loras%2Fwan21_fusionx.md", "./loras/wan21_fusionx.md"])(
    "finds %s",
    async (path) => {
      const { status, json } = await get(`/resources/get/${path}`);
      if (path.startsWith(".")) {
        expect(status).toBe(400);
        return;
      }
      expect(status).toBe(200);
      expect(json).toMatchObject({ success: true, count: 1, resource: { filename: "wan21_fusionx.md" } });
      expect(json?.["resources"]).toEqual([json?.["resource"]]);
    },
  );

  it("says what each command would do, and whether it may", async () => {
    const { json } = await get(`/resources/get/${encodeURIComponent("encoders/Wan VAE (2.1).md")}`);
    expect(resourceOf(json)["command_details"]).toEqual([
      {
        line: 12,
        name: null,
        command:
          'mkdir -p "$UI_HOME/models/vae" && wget -c -P "$UI_HOME/models/vae" https://x.org/vae.safetensors',
        calls: [
          { kind: "prepare", program: "mkdir", paths: ["$UI_HOME/models/vae"] },
          {
            kind: "download",
            tool: "wget",
            fetches: [
              {
                urls: ["https://x.org/vae.safetensors"],
                folder: "$UI_HOME/models/vae",
                file: "vae.safetensors",
              },
            ],
            resumes: true,
            headers: [],
            credentials: [],
            unknown_options: [],
            risky_options: [],
          },
        ],
        allowed: true,
        reason: null,
      },
      {
        line: 13,
        name: null,
        command: "curl x | sh",
        calls: [expect.objectContaining({ tool: "curl" }), { kind: "other", program: "sh" }],
        allowed: false,
        reason: "it holds a pipe (|)",
      },
    ]);
  });

  it("says which cards its dependencies are", async () => {
    const { json } = await get("/resources/get/loras/wan21_fusionx.md");
    expect(resourceOf(json)["dependencies"]).toEqual([
      { name: "wan2.1_vae", filepath: "encoders/Wan VAE (2.1).md", problem: null },
      { name: "nobody's", filepath: null, problem: "no card has this AIR, alias or file name" },
    ]);
  });

  it("shows no secret that stands in a card", async () => {
    for (const path of [
      "get/checkpoints/leaky.md",
      "get/loras/wan21_fusionx.md",
      "list",
      "search?q=checkpoints",
    ]) {
      const { status, text } = await get(`/resources/${path}`);
      expect(status).toBe(200);
      expect(text).not.toContain(SECRET);
    }
    const { json } = await get("/resources/get/checkpoints/leaky.md");
    expect(json?.["resource"]).toMatchObject({
      download_command: [
        'civitdl 1995784 "$UI_HOME/models" --api-key ***',
        'wget --header="Authorization: ***" -P "$UI_HOME" "https://***@x.org/a?token=***"',
      ].join("\n"),
      command_details: [
        { calls: [{ credentials: ["--api-key"] }] },
        { calls: [{ credentials: ["Authorization header", "address"], headers: ["Authorization"] }] },
      ],
    });
  });
});

describe("bad input is refused with the field named, and changes nothing", () => {
  const HUGE = "x".repeat(5000);

  it.each<[string, string, number, string | null]>([
    ["a card nobody knows", "/resources/get/loras/none.md", 404, "path"],
    ["a folder", "/resources/get/loras", 404, "path"],
    ["nothing", "/resources/get/", 400, "path"],
    ["a traversal", "/resources/get/../../etc/passwd", 400, "path"],
    ["a traversal, escaped", "/resources/get/..%2f..%2fetc%2fpasswd", 400, "path"],
    ["a traversal, escaped all over", "/resources/get/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 400, "path"],
    ["a traversal with backslashes", "/resources/get/..%5c..%5cetc", 400, "path"],
    ["an absolute path", "/resources/get/%2fetc%2fpasswd", 400, "path"],
    ["a traversal that comes back", "/resources/get/loras/../loras/wan21_fusionx.md", 400, "path"],
    ["a null byte", "/resources/get/loras%2fa%00.md", 400, "path"],
    ["a line end", "/resources/get/a%0ab.md", 400, "path"],
    ["half an escape", "/resources/get/%zz", 400, null],
    ["bytes that are no text", "/resources/get/%ff.md", 400, null],
    ["a draft", "/resources/get/_draft.md", 404, "path"],
    ["the README", "/resources/get/README.md", 404, "path"],
    ["a name that every object has", "/resources/get/__proto__", 404, "path"],
    ["a broken card", "/resources/get/loras/broken.md", 422, "path"],
    ["a link out of the folder", "/resources/get/loras/link.md", 422, "path"],
    ["a huge path", `/resources/get/${HUGE}`, 400, "path"],
    ["no words", "/resources/search", 400, "q"],
    ["empty words", "/resources/search?q=", 400, "q"],
    ["only spaces", "/resources/search?q=%20%20", 400, "q"],
    ["words given twice", "/resources/search?q=a&q=b", 400, "q"],
    ["very many words", `/resources/search?q=${HUGE}`, 400, "q"],
    ["a null byte in words", "/resources/search?q=a%00", 400, "q"],
    ["a long type", `/resources/list?type=${HUGE}`, 400, "type"],
    ["two types", "/resources/list?type=a&type=b", 400, "type"],
    ["a line end in a tag", "/resources/list?tags=a%0ab", 400, "tags"],
    ["an object for a tag", "/resources/list?tags[a]=b&ecosystem=a%00b", 400, "ecosystem"],
    ["a null byte in a search", "/resources/list?search=%00", 400, "search"],
  ])("%s", async (_, path, status, field) => {
    const before = await stateOf(running);
    const answer = await get(path);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({
      success: false,
      message: expect.any(String),
      code: expect.any(String),
    });
    expect(answer.json?.["field"] ?? null).toBe(field);
    expect(answer.text.length).toBeLessThan(1000);
    expect(await stateOf(running)).toEqual(before);
  });

  it("names line and reason of a broken card", async () => {
    expect((await get("/resources/get/loras/broken.md")).json?.["message"]).toMatch(
      /^The card cannot be used \(line 2\): the front matter is no valid YAML/,
    );
  });

  it.each([
    "/resources/list",
    "/resources/get/loras/wan21_fusionx.md",
    "/resources/get/a.md",
    "/resources/tags",
  ])("a method that %s has not", async (path) => {
    for (const method of ["POST", "DELETE", "PUT"]) expect((await get(path, { method })).status).toBe(405);
  });
});

describe("GET /health", () => {
  it("names the broken cards, and no notes among them", async () => {
    const { json } = await get("/health");
    const problems = json?.["problems"] as { code: string; message: string }[];
    expect(problems.filter(({ code }) => code === "bad_card").map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The card loras\/broken\.md, line 2, cannot be used: the front matter/),
      "The card loras/link.md cannot be used: it is a link that leads out of the folder of the cards.",
    ]);
  });
});
