import { describe, expect, it } from "vitest";
import type { BrokenCard, Card } from "../../job/card-contract.ts";
import { parseCard } from "./parse-card.ts";

const FENCE = "```";

/** A card with this front matter and these commands. */
function write(commands: string, frontMatter = "title: T", heading = "# Download"): string {
  return `---\n${frontMatter}\n---\n\n# Description\n\nWhat it is.\n\n${heading}\n${FENCE}bash\n${commands}\n${FENCE}\n`;
}

function card(text: string, path = "loras/a.md"): Card {
  const parsed = parseCard(path, text);
  if (parsed.kind === "broken") throw new Error(`${parsed.card.line}: ${parsed.card.reason}`);
  return parsed.card;
}

function broken(text: string): BrokenCard {
  const parsed = parseCard("loras/a.md", text);
  if (parsed.kind === "card") throw new Error(`not broken: ${JSON.stringify(parsed.card)}`);
  return parsed.card;
}

function commands(text: string): string[] {
  return card(text).commands.map((command) => command.text);
}

function messages(text: string): string[] {
  return card(text).remarks.map(({ line, message }) => `${line}: ${message}`);
}

/** As the old resource queue's own documents show it. */
const FUSIONX = `---
tags: [lora, wan, video, style, enhancement]
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
url: https://civitai.com/models/1678575
dependencies:
  - wan2.2_checkpoint
  - wan2.1_vae
aliases: [fusionx]
---

# Description

- Style LoRA for Wan 2.1.
- Recommended weight: 0.6-0.8 | Higher weights may be more stylized

# Download
${FENCE}bash
civitdl "https://civitai.com/models/1678575?modelVersionId=1900322" \\
  "$UI_HOME/models/loras"
${FENCE}
`;

describe("a resource card", () => {
  it("is read as the old resource queue read it", () => {
    const { facts, description, script, ...rest } = card(FUSIONX, "loras/wan21_fusionx.md");
    expect(facts).toEqual({
      title: "Wan 2.1 FusionX LoRA",
      tags: ["lora", "wan", "video", "style", "enhancement"],
      version: "Image2Video",
      published: "2024-11-20",
      size: 524_288_000,
      creator: "CivitAI Community",
      ecosystem: "wan",
      basemodel: "wan2.1",
      type: "lora",
      air: "urn:air:wanvideo14b_i2v_720p:lora:civitai:1678575@1900322",
      image: "encoder.jpg",
      license: "CreativeML Open RAIL-M",
      url: "https://civitai.com/models/1678575",
      dependencies: ["wan2.2_checkpoint", "wan2.1_vae"],
      aliases: ["fusionx"],
      hashes: [],
    });
    expect(description).toBe(
      "# Description\n\n- Style LoRA for Wan 2.1.\n- Recommended weight: 0.6-0.8 | Higher weights may be more stylized",
    );
    expect(script).toBe(
      'civitdl "https://civitai.com/models/1678575?modelVersionId=1900322" \\\n  "$UI_HOME/models/loras"',
    );
    expect(rest.filepath).toBe("loras/wan21_fusionx.md");
    expect(rest.commands.map(({ line, text }) => [line, text])).toEqual([
      [28, 'civitdl "https://civitai.com/models/1678575?modelVersionId=1900322" "$UI_HOME/models/loras"'],
    ]);
    expect(rest.remarks).toEqual([]);
  });

  it.each([
    "# Download",
    "## Download",
    "### Download",
    "### 📥 Download",
    "#  **Download**  ",
    "# download:",
    "## ⬇️ Download #",
  ])("has its commands below %j", (heading) =>
    expect(commands(write("wget https://x.org/a", "title: T", heading))).toEqual(["wget https://x.org/a"]),
  );

  it("may have Windows line ends, a byte order mark, tildes for a fence, and no line end at its end", () => {
    const text = `\ufeff${FUSIONX.replaceAll(FENCE, "~~~").trimEnd().replaceAll("\n", "\r\n")}`;
    expect(card(text)).toEqual({ ...card(FUSIONX) });
  });

  it("needs no front matter; its title is the first heading, or the name of the file", () => {
    const bare = `# Download\n${FENCE}sh\nwget https://x.org/a\n${FENCE}`;
    expect(card(bare, "vae/My VAE.md").facts.title).toBe("My VAE");
    expect(card(`# *The Best* VAE\n\n${bare}`).facts.title).toBe("The Best* VAE");
    expect(messages(bare)).toEqual(["1: it has no front matter: no title, no tags"]);
  });

  it("takes all bash and sh blocks of its section in order, and no others", () => {
    const text = [
      "# Download",
      `${FENCE}bash`,
      "wget https://x.org/1",
      FENCE,
      "#### Low noise",
      `${FENCE}SH title="x"`,
      "wget https://x.org/2",
      FENCE,
      `${FENCE}python`,
      "import os",
      FENCE,
      `> ${FENCE}bash`,
      "> wget https://x.org/quoted",
      `> ${FENCE}`,
      "1. In a list",
      `   ${FENCE}bash`,
      "   wget https://x.org/3 \\",
      "     -c",
      `   ${FENCE}`,
      "<!--",
      `${FENCE}bash`,
      "wget https://x.org/hidden",
      FENCE,
      "-->",
      "# Usage",
      `${FENCE}bash`,
      "echo not this",
      FENCE,
    ].join("\n");
    expect(commands(text)).toEqual([
      "wget https://x.org/1",
      "wget https://x.org/2",
      "wget https://x.org/3 -c",
    ]);
    expect(card(text).commands.map(({ line }) => line)).toEqual([3, 7, 17]);
    expect(messages(text)).toContain("9: this block is not run: it is marked as python");
  });

  it("takes the first Download section that has commands", () => {
    const text = `# Download\nSee below.\n\n${write("wget https://x.org/1", "x: y").split("---\n").at(-1)}\n# Download\n${FENCE}bash\nwget https://x.org/2\n${FENCE}\n`;
    expect(commands(text)).toEqual(["wget https://x.org/1"]);
    expect(messages(text).at(-1)).toContain("only the first Download heading with commands counts");
  });
});

describe("the commands of a card", () => {
  it.each<[string, string, string[]]>([
    ["a continued line", "wget \\\n  -P a \\\n  https://x.org/a", ["wget -P a https://x.org/a"]],
    [
      "a comment and an empty line in between",
      "wget \\\n\n  # of 2024\n  https://x.org/a",
      ["wget https://x.org/a"],
    ],
    ["a space behind the backslash", "wget \\ \n  https://x.org/a", ["wget https://x.org/a"]],
    ["a backslash at the end of the block", "wget https://x.org/a \\", ["wget https://x.org/a"]],
    ["a word that is continued", "wget https://x.org/a\\\nb", ["wget https://x.org/ab"]],
    ["quotes that are continued", 'wget "https://x.org/a \\\n  b"', ['wget "https://x.org/a   b"']],
    ["single quotes, where a backslash is one", "printf 'a\\\nb' x", ["printf 'a\\\nb' x"]],
    [
      "two backslashes, which continue nothing",
      "echo a\\\\\nwget https://x.org/a",
      ["echo a\\\\", "wget https://x.org/a"],
    ],
    ["a comment that ends in a backslash", "# see C:\\\nwget https://x.org/a", ["wget https://x.org/a"]],
    [
      "a comment behind a command",
      "wget https://x.org/a # big\nwget https://x.org/b",
      ["wget https://x.org/a", "wget https://x.org/b"],
    ],
    ["two on one line", "mkdir -p a; wget https://x.org/a", ["mkdir -p a; wget https://x.org/a"]],
    [
      "a list over two lines",
      "mkdir -p a &&\n  wget https://x.org/a",
      ["mkdir -p a &&\n  wget https://x.org/a"],
    ],
    ["a continued list", "mkdir -p a && \\\nwget https://x.org/a", ["mkdir -p a && wget https://x.org/a"]],
    [
      "a loop",
      "for f in 1 2; do\n  wget https://x.org/$f\ndone\nls",
      ["for f in 1 2; do\n  wget https://x.org/$f\ndone", "ls"],
    ],
    [
      "a text after it",
      "cat <<EOF > a\nwget https://x.org/a\nEOF\nls",
      ["cat <<EOF > a\nwget https://x.org/a\nEOF", "ls"],
    ],
    ["a hash in an address", "wget https://x.org/a#b", ["wget https://x.org/a#b"]],
  ])("are told apart as a shell would: %s", (_, script, expected) => {
    expect(commands(write(script))).toEqual(expected);
  });

  it("are named by the comment before them", () => {
    const script = [
      "#!/bin/bash",
      "# ==== High noise ====",
      "wget https://x.org/1 # not a name",
      "",
      "# Low noise",
      "",
      "wget https://x.org/2",
      "# wget https://x.org/old",
      "wget https://x.org/3",
      "# Something else.",
      "",
      "# The large one",
      "# (14 GB)",
      "wget https://x.org/4",
      "wget https://x.org/5",
    ].join("\n");
    expect(card(write(script)).commands.map(({ name }) => name)).toEqual([
      "High noise",
      "Low noise",
      null,
      "The large one (14 GB)",
      null,
    ]);
  });

  it("know their line in the file", () => {
    const script = "wget https://x.org/1\n\n# two\nwget \\\n\n  https://x.org/2\nwget https://x.org/3";
    expect(card(write(script)).commands.map(({ line }) => line)).toEqual([11, 14, 17]);
  });

  it("are remarked on where one sets something up for another shell", () => {
    expect(messages(write('cd "$UI_HOME"\nwget https://x.org/a'))).toContain(
      "11: each command runs in a shell of its own: cd has to stand in one line with it (&&)",
    );
    expect(messages(write("URL=https://x.org/a\nwget $URL"))).toEqual([
      "11: each command runs in a shell of its own: a variable has to stand in one line with it (&&)",
      "12: $URL is no variable that is set on an instance",
    ]);
  });
});

describe("what is no card is named with line and reason", () => {
  it.each<[string, string, number | null, RegExp]>([
    ["nothing", "", 1, /no Download heading/],
    ["no heading", "Just a note.\n\nMore.", 3, /no Download heading/],
    ["a heading that is almost one", "# A\n\n## Downloads\n", 3, /this heading says "Downloads"/],
    ["a heading too deep", `#### Download\n${FENCE}bash\nls\n${FENCE}`, 1, /level 4/],
    ["no block", "# Download\n\nwget https://x.org/a\n", 1, /no code block/],
    [
      "a block of no language",
      `# Download\n\n${FENCE}\nwget https://x.org/a\n${FENCE}`,
      3,
      /names no language/,
    ],
    ["a block of another language", `# Download\n${FENCE}python\nx\n${FENCE}`, 2, /marked as python/],
    ["a block that is not closed", `# Download\n\n${FENCE}bash\nwget https://x.org/a\n\n\n`, 3, /not closed/],
    ["an empty block", `# Download\n${FENCE}bash\n${FENCE}`, 3, /no command/],
    ["only comments", `# Download\n${FENCE}bash\n# later\n${FENCE}`, 3, /no command/],
    [
      "quotes that are not closed",
      write('wget https://x.org/a\nwget "https://x.org/b\nls'),
      12,
      /unterminated double quote/,
    ],
    ["a bracket too many", write("ls\nls )\nls"), 12, /unexpected token/],
    ["a loop that is not closed", write("for f in a; do\n  ls\n"), 13, /done/],
    ["front matter that is not closed", "---\ntitle: T\n\n# Download\n", 1, /not closed by a line of ---/],
    ["front matter that would be run", "---js\nmodule.exports = {}\n---\n", 1, /alone.*---js/],
    ["front matter that is no YAML", write("ls", "title: T\ntags: [a, b\nx: y"), 4, /no valid YAML/],
    ["a tab in YAML", write("ls", "title: T\nx:\n\t- a"), 4, /no valid YAML/],
    ["a field given twice", write("ls", "title: T\ntitle: U"), 3, /no valid YAML: map keys must be unique/],
    ["front matter that is a list", write("ls", "- a\n- b"), 2, /has to be fields/],
    ["front matter that is a word", write("ls", "hello"), 2, /has to be fields/],
    ["too many commands", write("ls\n".repeat(201)), 11, /more than 200 commands/],
    ["null bytes", "# Down\0load", null, /null bytes/],
    ["a very large file", "x".repeat(70_000), null, /larger than 65536 bytes/],
    ["aliases that multiply", write("ls", bomb()), 2, /alias/i],
  ])("%s", (_, text, line, reason) => {
    const { line: found, reason: said } = broken(text);
    expect(said).toMatch(reason);
    expect(found).toBe(line);
  });

  it("tells notes from cards gone wrong", () => {
    expect(broken("Just a note.").isNote).toBe(true);
    expect(broken("# Downlaod\n").isNote).toBe(true);
    expect(broken("# Downloads\n").isNote).toBe(false);
    expect(broken("# Download\n").isNote).toBe(false);
  });

  function bomb(): string {
    const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [index, name] of "bcdefghi".split("").entries()) {
      const before = "abcdefghi".charAt(index);
      lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(", ")}]`);
    }
    return lines.join("\n");
  }
});

describe("front matter", () => {
  const facts = (frontMatter: string): Card["facts"] =>
    card(write("wget https://x.org/a", frontMatter)).facts;
  const remarks = (frontMatter: string): string[] =>
    messages(write("wget https://x.org/a", frontMatter)).map((each) => each.replace(/^\d+: /, ""));

  it("may leave everything out", () => {
    expect(facts("")).toMatchObject({
      title: "a",
      tags: [],
      size: null,
      type: null,
    });
    expect(remarks("tags:\nsize:\ntitle: ''")).toEqual([]);
  });

  it.each<[string, Partial<Card["facts"]>, RegExp | null]>([
    ["tags: a, b", { tags: ["a", "b"] }, /tags is to be a list/],
    ["tags: one", { tags: ["one"] }, null],
    ["tags: [a, 2, true, a]", { tags: ["a", "2", "true"] }, null],
    ["tags: [a, [b], {c: d}]", { tags: ["a"] }, /entry that is no text/],
    ["tags: {a: b}", { tags: [] }, /it is an object/],
    ["title: 1.5", { title: "1.5" }, null],
    ["title: [a, b]", { title: "a, b" }, /title is to be text/],
    ["title: >\n  a\n  b", { title: "a b" }, null],
    ["basemodel: 1.5", { basemodel: "1.5" }, null],
    ["version: 2024-01-01", { version: "2024-01-01" }, null],
    ["size: 4.7 GB", { size: 4_700_000_000 }, /taken for 4700000000/],
    ["size: 1.5 GiB", { size: 1_610_612_736 }, /taken for/],
    ["size: 17_938_009", { size: 17_938_009 }, /taken for/],
    ["size: '12'", { size: 12 }, /taken for/],
    ["size: -1", { size: null }, /size is to be a number of bytes, it is -1/],
    ["size: about 4 GB", { size: null }, /size is to be/],
    ["size: 1e400", { size: null }, /size is to be/],
    ["size: 0.5", { size: null }, /size is to be/],
    ["published: 2025-08-05", { published: "2025-08-05" }, null],
    ["published: 2025-08-05T12:00:00Z", { published: "2025-08-05" }, null],
    ["published: 2025", { published: "2025" }, null],
    ["published: last week", { published: "last week" }, /published is to be a day/],
    ["published: 2025-13-45", { published: "2025-13-45" }, /published is to be a day/],
    ["Tags: [a]", { tags: ["a"] }, /Tags is written tags/],
    ["air: flux_schnell", { air: "flux_schnell" }, /air is written AIR/],
    ["AIR: urn:air:sdxl", { air: "urn:air:sdxl" }, /AIR is to look like/],
    ["image: ../../etc/passwd", { image: "../../etc/passwd" }, /image is to be a file below/],
    ["url: example.org", { url: "example.org" }, /url is to be/],
    ["dependencies: one", { dependencies: ["one"] }, null],
    ["aliases: [a b, 'c']", { aliases: ["a b", "c"] }, null],
    ["sha256: ABC", { hashes: [] }, /64 hexadecimal/],
    [`sha256: ${"A1".repeat(32)}`, { hashes: [{ file: null, sha256: "a1".repeat(32) }] }, null],
    [`sha256: {a: ${"0b".repeat(32)}}`, { hashes: [{ file: "a", sha256: "0b".repeat(32) }] }, null],
    [
      `sha256: {z: ${"0b".repeat(32)}}`,
      { hashes: [{ file: "z", sha256: "0b".repeat(32) }] },
      /which no command fetches/,
    ],
    ["title: &x T\nversion: *x", { title: "T", version: "T" }, null],
    ["__proto__: {a: 1}\ntitle: T", { title: "T" }, null],
    ["title: !!js/function 'x'", { title: "x" }, null],
  ])("reads %j", (frontMatter, expected, remark) => {
    expect(facts(frontMatter)).toMatchObject(expected);
    if (remark === null) expect(remarks(frontMatter)).toEqual([]);
    else expect(remarks(frontMatter)).toEqual([expect.stringMatching(remark)]);
  });

  it("is kept with the fields that are not known here", () => {
    const { frontMatter } = card(
      write("wget https://x.org/a", "title: T\ntrigger: [ohwx man]\nnested: {a: {b: 1}}"),
    );
    expect(frontMatter).toEqual({ title: "T", trigger: ["ohwx man"], nested: { a: { b: 1 } } });
    expect(Object.getPrototypeOf(card(write("ls", "__proto__: {a: 1}")).frontMatter)).toBe(Object.prototype);
  });

  it("is remarked on in the line of the field", () => {
    expect(messages(write("wget https://x.org/a", "title: T\nsize: big\nurl: x"))).toEqual([
      '3: size is to be a number of bytes, it is "big"',
      "4: url is to be an http:// or https:// address",
    ]);
  });
});
