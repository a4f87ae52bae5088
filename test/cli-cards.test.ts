/** `haulyard cards check` as people run it. Nothing listens anywhere: it needs no server. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";

const FENCE = "```";
const SECRET = "905ad9c17ed7f6ba43fd10c211981d8c";
const SAMPLES = join(import.meta.dirname, "../resources");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-cards-"));
});
afterEach(async () => {
  await endAllCli();
  await rm(folder, { recursive: true, force: true });
});

const check = (...args: string[]): Promise<Ran> => runCli(["cards", "check", ...args], { cwd: folder });

async function put(path: string, script: string, frontMatter = "title: T"): Promise<void> {
  await mkdir(join(folder, path, ".."), { recursive: true });
  await writeFile(
    join(folder, path),
    `---\n${frontMatter}\n---\n\n# Download\n\n${FENCE}bash\n${script}\n${FENCE}\n`,
  );
}

describe("a card", () => {
  it("is told tool by tool, with lines, and exits 0", async () => {
    await put(
      "wan.md",
      '# High noise\nwget -c -P "$UI_HOME/models/loras" \\\n  https://x.org/high.safetensors\nmkdir -p "$UI_HOME/models/vae" && civitdl 12 "$UI_HOME/models/vae"',
      "title: Wan pair",
    );
    const { code, stdout, stderr } = await check("wan.md");
    expect(stderr).toBe("");
    expect(stdout).toBe(`wan.md  Wan pair
    9  # High noise
       wget     https://x.org/high.safetensors
                → $UI_HOME/models/loras/high.safetensors  resumes
   11  mkdir    $UI_HOME/models/vae
       civitdl  12
                → $UI_HOME/models/vae/

1 card, 2 commands (wget 1, civitdl 1)
nothing wrong
`);
    expect(code).toBe(0);
  });

  it("that is broken is named with line and reason, and exits 1", async () => {
    await put("bad.md", 'wget "https://x.org/a');
    const { code, stdout } = await check("bad.md");
    expect(stdout).toContain(
      "bad.md\n     ✗ line 8: the shell cannot read this: unterminated double quote\n",
    );
    expect(stdout).toContain("1 broken");
    expect(code).toBe(1);
  });

  it("that looks wrong is remarked on, and exits 0", async () => {
    await put("odd.md", "curl -O https://huggingface.co/o/r/blob/main/a.bin", "title: T\nsize: big");
    const { code, stdout } = await check("odd.md");
    expect(stdout).toContain('! line 3: size is to be a number of bytes, it is "big"');
    expect(stdout).toContain("! line 9: https://huggingface.co/o/r/blob/main/a.bin is the page about a file");
    expect(stdout).toContain("! line 9: without -L curl saves the redirect");
    expect(code).toBe(0);
  });

  it("that a strict server would not run exits 1 there", async () => {
    await put("pipe.md", "curl -fL https://x.org/install.sh | sh");
    expect((await check("pipe.md")).code).toBe(0);
    const strict = await check("--commands", "known", "pipe.md");
    expect(strict.stdout).toContain("refused: it holds a pipe (|)");
    expect(strict.code).toBe(1);
    const byEnvironment = await runCli(["cards", "check", "pipe.md"], {
      cwd: folder,
      env: { HAULYARD_COMMANDS: "known" },
    });
    expect(byEnvironment.code).toBe(1);
  });

  it("keeps its secrets, and shows nothing that steers a terminal", async () => {
    await put(
      "leak.md",
      `civitdl 12 "$UI_HOME" --api-key ${SECRET}\n# \u001b[2J\u0007\nfoo "\u001b]0;x\u0007"`,
      'title: "a\\e[31mb"',
    );
    for (const args of [["leak.md"], ["--json", "leak.md"], ["--commands", "known", "leak.md"]]) {
      const { stdout, stderr } = await check(...args);
      expect(stdout + stderr).not.toContain(SECRET);
      // oxlint-disable-next-line no-control-regex -- they are what must not be there
      expect(stdout + stderr).not.toMatch(/[\u0007\u001b]/);
      expect(stdout).toContain("--api-key");
    }
  });
});

describe("folders", () => {
  it("of the sample cards have nothing wrong, even for a strict server", async () => {
    await cp(SAMPLES, join(folder, "resources"), { recursive: true });
    const { code, stdout } = await check("--commands", "known");
    expect(stdout).toMatch(/nothing wrong\n$/);
    expect(code).toBe(0);
    // The cards of one shelf may depend on those of another.
    expect((await check("resources/loras")).stdout).toMatch(/nothing wrong\n$/);
    expect((await check("resources/loras/detail_tweaker_xl.md")).stdout).toMatch(/nothing wrong\n$/);
  });

  it("say what is wrong among their cards, and pass notes over", async () => {
    await put("shelf/good.md", 'wget -P "$UI_HOME" https://x.org/a');
    await put("shelf/lonely.md", 'wget -P "$UI_HOME" https://x.org/b', "dependencies: [nobody]");
    await writeFile(join(folder, "shelf/note.md"), "Buy milk.");
    await writeFile(join(folder, "shelf/_draft.md"), "# Download");
    const all = await check("shelf");
    expect(all.code).toBe(0);
    expect(all.stdout).toContain("line 1: dependency nobody: no card has this AIR, alias or file name");
    expect(all.stdout).toContain("· line 1: no card: it has no Download heading");
    expect(all.stdout).toContain("2 cards, 2 commands (wget 2)\n1 remark, 1 other file\n");
    const quiet = await check("-q", "shelf");
    expect(quiet.stdout).not.toContain("good.md");
    expect(quiet.stdout).toContain("lonely.md");
    await put("shelf/broken.md", "");
    expect((await check("shelf")).code).toBe(1);
  });

  it("that are not there are said so: exit 3", async () => {
    const { code, stderr } = await check("nowhere");
    expect(stderr).toBe("haulyard: nowhere: there is no such file or folder.\n");
    expect(code).toBe(3);
    expect((await check()).code).toBe(3);
  });
});

describe("--json", () => {
  it("says the same for programs, one object per line", async () => {
    await put("a.md", 'wget -P "$UI_HOME" "https://x.org/a?token=b"');
    await writeFile(join(folder, "b.md"), "# Downloads\n");
    const { code, stdout } = await check("--json", "a.md", "b.md", "c.md");
    const lines = jsonLines(stdout);
    expect(lines.map(({ v, event, file }) => [v, event, file])).toEqual([
      [1, "card", "a.md"],
      [1, "broken", "b.md"],
      [1, "missing", "c.md"],
      [1, "summary", undefined],
    ]);
    expect(lines[0]).toMatchObject({
      resource: {
        metadata: { title: "T" },
        commands: ['wget -P "$UI_HOME" "https://x.org/a?token=***"'],
        command_details: [{ line: 8, allowed: true, calls: [{ kind: "download", tool: "wget" }] }],
      },
    });
    expect(lines[1]).toMatchObject({
      line: 1,
      reason: expect.stringMatching(/no Download heading/) as string,
    });
    expect(lines[3]).toMatchObject({ cards: 1, broken: 1, commands: 1, tools: { wget: 1 }, exit_code: 1 });
    expect(code).toBe(1);
  });
});

describe("wrong usage", () => {
  it.each([
    [["cards"], /Usage: haulyard cards/],
    [["cards", "chek"], /unknown command 'chek'/],
    [["cards", "check", "--frob"], /unknown option '--frob'[^]*haulyard cards check --help/],
    [["cards", "check", "--commands", "some"], /--commands: expected 'any' or 'known', got "some"/],
  ])("%j exits 2 and says why", async (args, words) => {
    const { code, stderr } = await runCli(args, { cwd: folder });
    expect(stderr).toMatch(words);
    expect(code).toBe(2);
  });
});
