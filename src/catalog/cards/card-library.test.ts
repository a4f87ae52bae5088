import { chmod, mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { CardLibrary, CardQuery } from "../../job/card-contract.ts";
import { createCardLibrary } from "./card-library.ts";

const FENCE = "```";

interface World {
  /** Of everything; the cards lie in `cards`. */
  outside: string;
  folder: string;
  library: CardLibrary;
  put(path: string, frontMatter?: string, description?: string): Promise<void>;
  paths(): Promise<string[]>;
  /** `path: reason` of what is broken. */
  broken(): Promise<string[]>;
}

async function createWorld(files: Record<string, string> = {}): Promise<World> {
  const outside = await mkdtemp(join(tmpdir(), "haulyard-cards-"));
  onTestFinished(() => rm(outside, { recursive: true, force: true }));
  const folder = join(outside, "cards");
  await mkdir(folder);
  const library = createCardLibrary({ folder, policy: () => "any", uiHome: "/workspace/ComfyUI" });
  const put: World["put"] = async (path, frontMatter = "title: T", description = "") => {
    const full = join(folder, path);
    await mkdir(dirname(full), { recursive: true });
    const script = `# Download\n${FENCE}bash\nwget -P "$UI_HOME" https://x.org/a\n${FENCE}\n`;
    await writeFile(full, `---\n${frontMatter}\n---\n${description}\n${script}`);
  };
  for (const [path, frontMatter] of Object.entries(files)) await put(path, frontMatter);
  return {
    outside,
    folder,
    library,
    put,
    paths: async () => (await library.read()).cards.map(({ filepath }) => filepath),
    broken: async () => (await library.read()).broken.map(({ filepath, reason }) => `${filepath}: ${reason}`),
  };
}

describe("the folder of the cards", () => {
  it("is read with its folders, in the order of the paths", async () => {
    const { paths } = await createWorld({ "b.md": "", "loras/z.md": "", "loras/sd/a.MD": "", "a.md": "" });
    expect(await paths()).toEqual(["a.md", "b.md", "loras/sd/a.MD", "loras/z.md"]);
  });

  it("holds files that are no cards", async () => {
    const world = await createWorld({
      "a.md": "",
      "_draft.md": "",
      "README.md": "",
      "x/readme.md": "",
      ".git/a.md": "",
      "_old/a.md": "",
    });
    await writeFile(join(world.folder, "picture.png"), "x");
    await writeFile(join(world.folder, "a.md.bak"), "x");
    await mkdir(join(world.folder, "folder.md"));
    expect(await world.paths()).toEqual(["a.md"]);
    expect(await world.broken()).toEqual([]);
  });

  it("need not exist, and may come later", async () => {
    const world = await createWorld();
    await rm(world.folder, { recursive: true });
    expect(await world.paths()).toEqual([]);
    await world.put("a.md");
    expect(await world.paths()).toEqual(["a.md"]);
  });

  it("is seen as it is: changed, added, moved and deleted cards count at once", async () => {
    const world = await createWorld({ "a.md": "title: One" });
    const titles = async (): Promise<string[]> =>
      (await world.library.read()).cards.map(({ facts }) => facts.title);
    expect(await titles()).toEqual(["One"]);
    await world.put("a.md", "title: Two");
    expect(await titles()).toEqual(["Two"]);
    await world.put("b.md", "title: New");
    expect(await titles()).toEqual(["Two", "New"]);
    await rename(join(world.folder, "b.md"), join(world.folder, "0.md"));
    expect(await titles()).toEqual(["New", "Two"]);
    await writeFile(join(world.folder, "a.md"), "no card any more");
    expect(await titles()).toEqual(["New"]);
    await unlink(join(world.folder, "0.md"));
    expect(await titles()).toEqual([]);
  });

  it("notices a change that keeps size and time of the file", async () => {
    const world = await createWorld({ "a.md": "title: One" });
    const file = join(world.folder, "a.md");
    const day = new Date("2025-01-01");
    await utimes(file, day, day);
    expect((await world.library.read()).cards[0]?.facts.title).toBe("One");
    await world.put("a.md", "title: Two");
    await utimes(file, day, day);
    expect((await world.library.read()).cards[0]?.facts.title).toBe("Two");
  });

  it("answers the same as long as nothing has changed", async () => {
    const world = await createWorld({ "a.md": "" });
    expect(await world.library.read()).toBe(await world.library.read());
  });

  it("answers many at once with one look, and nobody with an old one", async () => {
    const world = await createWorld({ "a.md": "title: One" });
    const early = world.library.read();
    const later = Array.from({ length: 50 }, () => world.library.read());
    await world.put("b.md");
    const after = await world.library.read();
    expect(after.cards).toHaveLength(2);
    expect(new Set(await Promise.all(later)).size).toBe(1);
    await early;
  });

  it("refuses links that lead out of it, and follows those that stay", async () => {
    const world = await createWorld({ "real/a.md": "" });
    const { folder, outside } = world;
    await mkdir(join(outside, "elsewhere"));
    await writeFile(join(outside, "elsewhere/secret.md"), "secret");
    await symlink(join(outside, "elsewhere/secret.md"), join(folder, "stolen.md"));
    await symlink("../../elsewhere", join(folder, "real/shelf"));
    await symlink("../elsewhere/secret.txt", join(folder, "nothing.md"));
    await symlink("/etc/passwd", join(folder, "passwd"));
    await symlink("real/a.md", join(folder, "linked.md"));
    await symlink(".", join(folder, "circle"));
    await symlink("real", join(folder, "again"));
    expect(await world.paths()).toEqual(["linked.md", "real/a.md"]);
    expect(await world.broken()).toEqual([
      "nothing.md: it is a link that leads nowhere",
      "real/shelf: it is a link that leads out of the folder of the cards",
      "stolen.md: it is a link that leads out of the folder of the cards",
    ]);
  });

  it("may itself be a link", async () => {
    const world = await createWorld({ "a.md": "" });
    await symlink(world.folder, join(world.outside, "link"));
    const library = createCardLibrary({
      folder: join(world.outside, "link"),
      policy: () => "any",
      uiHome: "/x",
    });
    expect((await library.read()).cards).toHaveLength(1);
  });

  it("names what cannot be read and goes on", async () => {
    const world = await createWorld({ "a.md": "" });
    const { folder } = world;
    await writeFile(join(folder, "latin.md"), Buffer.from([0x23, 0xe9, 0x20]));
    await writeFile(join(folder, "huge.md"), Buffer.alloc(10_000_000, "x"));
    await writeFile(join(folder, "bad\u0007name.md"), "x");
    await writeFile(join(folder, "locked.md"), "x");
    await chmod(join(folder, "locked.md"), 0);
    const broken = await world.broken();
    expect(broken).toContain("latin.md: it is no UTF-8 text");
    expect(broken).toContain("huge.md: it is larger than 65536 bytes");
    expect(broken).toContain("bad\u0007name.md: its name holds control characters");
    // Root reads it all the same, and finds no heading.
    expect(
      broken.some((each) =>
        /^locked\.md: (?:it cannot be read \(EACCES\)|it has no Download heading)/.test(each),
      ),
    ).toBe(true);
    expect(await world.paths()).toEqual(["a.md"]);
  });
});

describe("cards are found", () => {
  const FILES = {
    "checkpoints/sdxl.md":
      "title: SDXL Base\ntags: [checkpoint, SDXL]\ntype: checkpoint\necosystem: sdxl\nbasemodel: sdxl1.0",
    "loras/anime.md":
      "title: Anime Style\ntags: [lora, anime]\ntype: lora\necosystem: sdxl\ncreator: Kōji Café",
    "loras/fusion.md": "title: FusionX\ntags: [lora, wan]\ntype: LoRA\necosystem: wan\naliases: [fx]",
    "root.md": "title: Anime upscaler",
  };
  const find = async (query: CardQuery): Promise<string[]> => {
    const world = await createWorld(FILES);
    await world.put("loras/words.md", "title: Words", "Something about sdxl and ANIME, at length.");
    return (await world.library.read()).find(query).map(({ filepath }) => filepath);
  };

  it.each<[CardQuery, string[]]>([
    [{}, ["checkpoints/sdxl.md", "loras/anime.md", "loras/fusion.md", "loras/words.md", "root.md"]],
    [{ type: "lora" }, ["loras/anime.md", "loras/fusion.md"]],
    [{ type: "loras" }, ["loras/anime.md", "loras/fusion.md", "loras/words.md"]],
    [{ type: "nothing" }, []],
    [{ ecosystem: "SDXL" }, ["checkpoints/sdxl.md", "loras/anime.md"]],
    [{ ecosystem: "sdxl", type: "lora" }, ["loras/anime.md"]],
    [{ tags: ["wan", "sdxl"] }, ["checkpoints/sdxl.md", "loras/fusion.md"]],
    [{ tags: [] }, ["checkpoints/sdxl.md", "loras/anime.md", "loras/fusion.md", "loras/words.md", "root.md"]],
    [{ search: "anime" }, ["loras/anime.md", "root.md", "loras/words.md"]],
    [{ search: "sdxl" }, ["checkpoints/sdxl.md", "loras/anime.md", "loras/words.md"]],
    [{ search: "  SDXL   anime " }, ["loras/anime.md", "loras/words.md"]],
    [{ search: "fx" }, ["loras/fusion.md"]],
    [{ search: "koji cafe" }, ["loras/anime.md"]],
    [{ search: "checkpoints/" }, ["checkpoints/sdxl.md"]],
    [{ search: "zzz" }, []],
    [
      { search: "" },
      ["checkpoints/sdxl.md", "loras/anime.md", "loras/fusion.md", "loras/words.md", "root.md"],
    ],
  ])("by %j", async (query, expected) => expect(await find(query)).toEqual(expected));
});

describe("dependencies are found by AIR, alias and file name", () => {
  const resolve = async (name: string): Promise<string | null> => {
    const world = await createWorld({
      "loras/mine.md": `dependencies: [${JSON.stringify(name)}]\naliases: [me]`,
      "checkpoints/sdxl.md": "AIR: urn:air:sdxl:checkpoint:civitai:101@202\naliases: [SDXL base, base]",
      "vae/wan.md": "AIR: wan2.1_vae",
      "vae/base.md": "aliases: [wan2.1_vae]",
      "old/wan.md": "",
      "old/other.md": "aliases: [twin]",
      "old/another.md": "aliases: [Twin]",
    });
    const collection = await world.library.read();
    const card = collection.byPath("loras/mine.md");
    if (card === null || !("facts" in card)) throw new Error("no card");
    const [found] = collection.dependenciesOf(card);
    expect(found?.name).toBe(name);
    return found?.filepath ?? `! ${found?.problem}`;
  };

  it.each([
    ["urn:air:sdxl:checkpoint:civitai:101@202", "checkpoints/sdxl.md"],
    ["URN:AIR:sdxl:checkpoint:civitai:101@202", "checkpoints/sdxl.md"],
    ["urn:air:sdxl:checkpoint:civitai:101", "checkpoints/sdxl.md"],
    ["urn:air:sdxl:checkpoint:civitai:101@999", "! no card has this AIR, alias or file name"],
    ["sdxl BASE", "checkpoints/sdxl.md"],
    ["base", "checkpoints/sdxl.md"],
    ["wan2.1_vae", "vae/wan.md"],
    ["vae/base", "vae/base.md"],
    ["vae/base.md", "vae/base.md"],
    ["sdxl.md", "checkpoints/sdxl.md"],
    ["wan", "! several cards go by this name: old/wan.md, vae/wan.md"],
    ["twin", "! several cards go by this name: old/another.md, old/other.md"],
    ["me", "! it is the card itself"],
    ["nothing", "! no card has this AIR, alias or file name"],
    ["../../etc/passwd", "! no card has this AIR, alias or file name"],
    ["__proto__", "! no card has this AIR, alias or file name"],
  ])("%s", async (name, expected) => expect(await resolve(name)).toBe(expected));
});
