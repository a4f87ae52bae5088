/** Whatever lies in the folder of the cards: no exception, no long wait, no lie about where something stands. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectQuick } from "../../../test/world/cost.ts";
import { readCommand } from "../commands/read-command.ts";
import { MAX_CARD_BYTES, parseCard } from "./parse-card.ts";

const FENCE = "```";

/** Pieces that mean something to one of the parsers, put together in any order. */
const PIECE = fc.oneof(
  fc.constantFrom(
    ..."\n|\n\n|---\n|---|# Download\n|### 📥 Download\n|# Description\n|```bash\n|```sh\n|```\n|~~~\n|````bash\n|title: a\n|tags: [a, b\n|- a\n|: |&a |*a |!!x |? |> |1. |<!-- | -->|<div>\n|    |\t|\r\n|\r|\ufeff|\0".split(
      "|",
    ),
  ),
  fc.constantFrom(
    ...'wget |curl -o x |civitdl |hf download |git clone |sudo |cd |mkdir -p |https://x.org/a|$UI_HOME/models|"$UI_HOME"|\'|"|`|$(|)|{|}|${|;|&|&&|||>|<|<<EOF\n|EOF\n|\\\n|\\|#|# name\n|for x in |; do |done|if |then |fi|case |in |esac|*|?|[|]|~|!|=|--|-P |-k secret|\ud800|é|𝒳|“'.split(
      /(?<!\|)\|/,
    ),
  ),
  fc.string({ maxLength: 12, unit: "binary" }),
);
const ANY_TEXT = fc.array(PIECE, { maxLength: 60 }).map((pieces) => pieces.join(""));
const SCRIPT = fc.array(PIECE, { maxLength: 40 }).map((pieces) => pieces.join("").replaceAll(/[`~]{3}/g, ""));

describe("any text", () => {
  it("is a card or a broken one, and never an exception", () => {
    const text = fc.oneof(
      ANY_TEXT,
      SCRIPT.map((script) => `---\ntitle: T\n---\n# Download\n${FENCE}bash\n${script}\n${FENCE}\n`),
      ANY_TEXT.map(
        (matter) => `---\n${matter}\n---\n# Download\n${FENCE}bash\nwget https://x.org/a\n${FENCE}\n`,
      ),
    );
    fc.assert(
      fc.property(text, (content) => {
        const parsed = parseCard("a/b.md", content);
        const last = content.split(/\r\n?|\n/).length;
        if (parsed.kind === "broken") {
          const { line, reason } = parsed.card;
          expect(reason).not.toBe("");
          expect(line === null || (line >= 1 && line <= last)).toBe(true);
          return;
        }
        const { commands, remarks, facts } = parsed.card;
        expect(commands.length).toBeGreaterThan(0);
        expect(facts.title).not.toBe("");
        let before = 0;
        for (const { line, text: command } of commands) {
          expect(command).not.toBe("");
          expect(line).toBeGreaterThanOrEqual(before);
          before = line;
        }
        for (const { line } of [...commands, ...remarks]) expect(line >= 1 && line <= last).toBe(true);
        expect(JSON.parse(JSON.stringify(parsed.card))).toBeTypeOf("object");
      }),
      { numRuns: 1500 },
    );
  });

  it("is read the same with Windows line ends", () => {
    fc.assert(
      fc.property(
        ANY_TEXT.map((text) => text.replaceAll("\r", "")),
        (text) => {
          expect(parseCard("a.md", text.replaceAll("\n", "\r\n"))).toEqual(parseCard("a.md", text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("as a command is described, and never an exception", () => {
    fc.assert(
      fc.property(SCRIPT, (text) => {
        const { shown, calls, notPlain } = readCommand(text);
        expect(typeof shown).toBe("string");
        if (calls.length === 0) expect(notPlain).not.toBe(null);
      }),
      { numRuns: 1500 },
    );
  });
});

describe("a secret in a command", () => {
  const SECRET = "Zq7Zq7Zq7Zq7Zq7";
  const quoted = fc.constantFrom(
    SECRET,
    `"${SECRET}"`,
    `'${SECRET}'`,
    `"${SECRET.slice(0, 7)}"'${SECRET.slice(7)}'`,
    `\\${SECRET}`,
  );
  const given = quoted.chain((value) =>
    fc.constantFrom(
      `civitdl 1 "$UI_HOME" --api-key ${value}`,
      `civitdl 1 "$UI_HOME" --api-key=${value}`,
      `civitdl 1 "$UI_HOME" -k${value}`,
      `hf download o/r a --token ${value}`,
      `curl -u me:${value} https://x.org/a`,
      `curl -H "Authorization: Bearer "${value} https://x.org/a`,
      `curl -H X-Api-Key:${value} https://x.org/a`,
      `wget --http-password ${value} https://x.org/a`,
      `wget --header="Cookie: a="${value} https://x.org/a`,
      `aria2c --http-passwd=${value} https://x.org/a`,
    ),
  );
  const around = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => `cd "$UI_HOME" && ${text} > /dev/null`,
    (text) => `sudo env A=b ${text} | tee log`,
    (text) => `(${text}) || ${text}`,
    (text) => `for i in 1 2; do ${text}; done`,
    (text) => `echo "$(${text})"`,
    (text) => `if true; then ${text}; fi &`,
    (text) => `bash -c '${text.replaceAll("'", `'\\''`)}'`,
    (text) => `echo \`${text.replaceAll(/[\\`$]/g, (character) => `\\${character}`)}\``,
  );

  it("is shown nowhere, however it is quoted and whatever stands around it", () => {
    fc.assert(
      fc.property(given, around, around, (text, one, other) => {
        const reading = readCommand(other(one(text)));
        const said = JSON.stringify([reading.shown, reading.notPlain, reading.remarks]);
        // Not even the part of it that one pair of quotes holds.
        expect(said).not.toContain(SECRET.slice(0, 7));
        expect(said).not.toContain(SECRET.slice(7));
      }),
      { numRuns: 600 },
    );
  });
});

describe("a card as large as cards may be", () => {
  const card = (script: string): string =>
    `# Download\n${FENCE}bash\n${script.slice(0, MAX_CARD_BYTES - 100)}\n${FENCE}`;
  const fill = (piece: string, length = MAX_CARD_BYTES): string =>
    piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

  const MARKDOWN = [
    "> ",
    "1. ",
    "- - - a\n",
    "* > ",
    "[",
    "[a]: b\n",
    "![](",
    "`",
    "```\n",
    "~~~a\n\n",
    "<a ",
    "<!--\n",
    "&amp;",
    "\\",
    "# a\n",
    "# ",
    "a\n===\n",
    "\n",
    "    ",
    "\t",
    "***",
    "*",
    "|a",
    "# *".padEnd(64, "*"),
    "---\n",
    "\r",
  ];
  const YAML = [
    "[",
    "{",
    "- ",
    "a: ",
    "? ",
    "&a ",
    "*a ",
    "!!x ",
    '"',
    "'",
    "a: &a b\n",
    "#",
    "|\n",
    "  ",
    "\t",
    "a: [b, c]\n",
    "- - - -\n",
  ];
  const SHELL = [
    "{",
    "$(",
    "`",
    "((",
    "a|",
    "a&&",
    "\\",
    "\\\n",
    "a \\\n",
    "'",
    '"',
    "${a:-",
    "<<E\n",
    "if a; then ",
    "a ",
    "\n",
    "#\n",
    "# a\n",
    ";",
    "&",
    "{a,",
    "a=",
    "a=b ",
    "--a=b ",
    "-a ",
    "wget x\n",
    "wget https://",
    "https://x.org/?a&",
    "wget -P a -P b ",
    "$UI_HOME",
    "$(a)",
    "${UI_HOME}",
    '"a"',
    " ",
    "\t",
    "://",
    "***",
    "é",
    "civitdl 1 a\n",
    "curl -o a b\n",
    "# wget $\n",
  ];

  const CASES: [string, string][] = [
    ...MARKDOWN.map((piece): [string, string] => [`Markdown of ${JSON.stringify(piece)}`, fill(piece)]),
    ...YAML.map((piece): [string, string] => [
      `front matter of ${JSON.stringify(piece)}`,
      `---\n${fill(piece, 16_000)}\n---\n# Download\n${FENCE}bash\nls\n${FENCE}`,
    ]),
    ...SHELL.flatMap((piece): [string, string][] => [
      [`commands of ${JSON.stringify(piece)}`, card(fill(piece))],
      // As long as is read.
      [`30 kB of ${JSON.stringify(piece)}`, card(fill(piece, 30_000))],
    ]),
  ];

  it.each(CASES)("is read at once: %s", (_, text) => expectQuick(2_500, () => parseCard("a.md", text)));

  it("keeps memory in proportion to its length", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const text = card("wget -P $UI_HOME/models https://x.org/a\n".repeat(200));
    parseCard("a.md", text);
    collect();
    const before = process.memoryUsage().heapUsed;
    const kept = Array.from({ length: 50 }, () => parseCard("a.md", text));
    collect();
    const bytes = (process.memoryUsage().heapUsed - before) / kept.length;
    // Two hundred commands, each with its words, path and address.
    expect(bytes).toBeLessThan(text.length * 40);
  });
});
