import { describe, expect, test } from "vitest";
import { isFault } from "./list-entry.ts";
import { isListText, parseList } from "./parse-list.ts";

const SHA = "ab".repeat(32);

/** Items without what they do not say. */
function read(text: string): object[] {
  return parseList(text).map((item) =>
    isFault(item)
      ? item
      : Object.fromEntries(
          Object.entries(item).filter(
            ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
          ),
        ),
  );
}

describe("a list of addresses", () => {
  test("has one per line, with mirrors behind tabs; comments and empty lines are skipped", () => {
    expect(read("\uFEFF# x\r\nhttps://a/1\r\n\r\n  https://a/2\r\nhf://o/r/x\thttps://b/2\n")).toEqual([
      { where: "line 2", urls: ["https://a/1"] },
      { where: "line 4", urls: ["https://a/2"] },
      { where: "line 5", urls: ["hf://o/r/x", "https://b/2"] },
    ]);
  });

  test("says more on indented lines, as aria2 writes it", () => {
    const text = `https://a/1\n  out=x/y.bin\n\tdir=unet\n  checksum=sha-256=${SHA.toUpperCase()}\n  header=A: b\n  header=C: d\nhttps://a/2\n`;
    expect(read(text)).toEqual([
      {
        where: "line 1",
        urls: ["https://a/1"],
        out: "x/y.bin",
        dir: "unet",
        checksum: { algorithm: "sha256", hex: SHA },
        headers: ["A: b", "C: d"],
      },
      { where: "line 7", urls: ["https://a/2"] },
    ]);
  });

  test.each([
    ["  out=x", "line 1", /there is none/],
    [
      "https://a/1\n  max-tries=5",
      "line 2",
      /expected out=, dir=, checksum= or header= on an indented line, got max-tries=/,
    ],
    [
      "https://a/1\n  hunter2 secret",
      "line 2",
      /^expected out=, dir=, checksum= or header= on an indented line$/,
    ],
    ["https://a/1\n  checksum=sha-256=abc", "line 2", /expected checksum=NAME=DIGITS/],
    ["https://a/1\n  checksum=crc=abc", "line 2", /NAME one of sha-256, sha-512, sha-1, md5, blake3/],
  ])("%j is wrong in one line, and says where", (text, where, reason) => {
    expect(read(`${text}\n  out=z\nhttps://a/9`)).toEqual([
      { where, reason: expect.stringMatching(reason) },
      expect.objectContaining({ urls: ["https://a/9"] }),
    ]);
  });
});

test("lines hold addresses in what people paste around them", () => {
  const text = `Some models:\thttps://a/0
https://a/1 https://a/2
\`\`\`
- [three](https://a/3)
  "https://a/4",
  see https://a/5.
https://a/6,https://a/7`;
  expect(read(text)).toEqual([
    { where: "line 1", urls: ["Some models:", "https://a/0"] },
    { where: "line 2", urls: ["https://a/1"] },
    { where: "line 2", urls: ["https://a/2"] },
    { where: "line 4", urls: ["https://a/3"] },
    { where: "line 5", urls: ["https://a/4"] },
    { where: "line 6", urls: ["https://a/5"] },
    { where: "line 7", urls: ["https://a/6"] },
    { where: "line 7", urls: ["https://a/7"] },
  ]);
});

describe("commands of wget and aria2c", () => {
  const one = "https://a/1";
  test.each<[string, object[]]>([
    [`wget -c ${one}`, [{ urls: [one] }]],
    // As Haulyard shows them under "By hand".
    [
      `wget -c -O 'y z.bin' '--header=A: b' -- '${one}?x=1&y'`,
      [{ urls: [`${one}?x=1&y`], out: "y z.bin", headers: ["A: b"] }],
    ],
    [`wget --content-disposition -- ${one}`, [{ urls: [one] }]],
    [`curl -fL -C - -o y.bin -- ${one}`, [{ urls: [one], out: "y.bin" }]],
    [
      `$ sudo wget -q -P models/unet ${one} h.example/2 h:80/3`,
      [
        { urls: [one], dir: "models/unet" },
        { urls: ["http://h.example/2"], dir: "models/unet" },
        { urls: ["http://h:80/3"], dir: "models/unet" },
      ],
    ],
    [
      `wget -b -o log.txt -nv -O- --user me --password=pw -U x --referer=y ${one}`,
      [{ urls: [one], headers: ["User-Agent: x", "Referer: y", "Authorization: Basic bWU6cHc="] }],
    ],
    [`wget2 --max-threads 4 ${one}`, [{ urls: [one] }]],
    [
      `aria2c -x 16 -s16 -c -d models -o x.bin --header="A: b" ${one} https://b/1`,
      [{ urls: [one, "https://b/1"], dir: "models", out: "x.bin", headers: ["A: b"] }],
    ],
    [
      `aria2c -Z --http-user=me --http-passwd=pw ${one} https://b/2`,
      [
        { urls: [one], headers: ["Authorization: Basic bWU6cHc="] },
        { urls: ["https://b/2"], headers: ["Authorization: Basic bWU6cHc="] },
      ],
    ],
    [
      `aria2c --checksum=sha-256=${SHA} \\\n  ${one}`,
      [{ urls: [one], checksum: { algorithm: "sha256", hex: SHA } }],
    ],
  ])("%s is read", (text, expected) => {
    expect(isListText(text)).toBe(true);
    expect(read(text)).toEqual(expected.map((entry) => ({ where: "line 1", ...entry })));
  });

  test.each([
    ["wget", "-r", /-r is for whole sites/],
    ["wget", "--spider", /--spider only looks/],
    ["wget", "-i list.txt", /-i names a file of addresses/],
    ["wget", "--post-data=a", /--post-data sends something/],
    ["wget", "--method=PUT", /--method is not taken over/],
    ["wget", "-e robots=off", /-e is not taken over/],
    ["wget", "--proxy-password=x", /--proxy-password is set for all downloads/],
    ["wget", "-O x https://b/2", /-O puts all addresses into one file/],
    ["wget", "--no-such-thing", /--no-such-thing is no option of wget/],
    ["wget", "-P $UI_HOME/models", /variable that is set on instances only/],
    ["wget", "-O $(id)", /./],
    ["wget", "&& rm -rf /", /one wget command/],
    ["aria2c", "-i list.txt", /-i names a file of addresses/],
    ["aria2c", "--on-download-complete=/bin/x", /--on-download-complete is not taken over/],
    ["aria2c", "--dry-run", /--dry-run only looks/],
    ["aria2c", "--all-proxy-passwd=x", /--all-proxy-passwd is set for all downloads/],
    ["aria2c", "--checksum=crc=1", /expected checksum/],
  ])("%s %s is refused with the reason", (tool, option, reason) => {
    expect(parseList(`${tool} https://a/1 ${option}`)).toEqual([
      { where: "line 1", reason: expect.stringMatching(reason) },
    ]);
  });

  test("without an address say so", () => {
    expect(parseList("wget -c")).toEqual([{ where: "line 1", reason: "the command names no address" }]);
  });
});

describe("curl commands, as browsers copy them", () => {
  test("bring address, name and headers; what is the transfer's own business is left out", () => {
    const text = String.raw`curl 'https://a.example/x?sig=1' \
  -H 'accept: */*' \
  -H 'Accept-Encoding: gzip, br' \
  -H 'Range: bytes=0-5' \
  -b 'id=s3cret; b=2' \
  -H $'x-q: it\'s' \
  -A "Mozilla/5.0" -e https://a.example/ \
  --compressed -L -o 'y z.bin'
https://b.example/2`;
    expect(read(text)).toEqual([
      {
        where: "line 1",
        urls: ["https://a.example/x?sig=1"],
        out: "y z.bin",
        headers: [
          "accept: */*",
          "Cookie: id=s3cret; b=2",
          "x-q: it's",
          "User-Agent: Mozilla/5.0",
          "Referer: https://a.example/",
        ],
      },
      { where: "line 9", urls: ["https://b.example/2"] },
    ]);
  });

  test("of several addresses are several downloads", () => {
    expect(read("curl -o a https://x/1 -o b --url https://x/2 --output-dir d")).toEqual([
      { where: "line 1", urls: ["https://x/1"], out: "a", dir: "d" },
      { where: "line 1", urls: ["https://x/2"], out: "b", dir: "d" },
    ]);
    expect(read("$ curl -u me:pw x.example/1")).toEqual([
      { where: "line 1", urls: ["http://x.example/1"], headers: ["Authorization: Basic bWU6cHc="] },
    ]);
  });

  test.each([
    ["curl -X POST https://a/1", /-X POST is no GET/],
    ["curl --data-raw '{}' https://a/1", /--data-raw sends something/],
    ["curl -F a=b https://a/1", /-F sends something/],
    ["curl -I https://a/1", /asks for headers/],
    ["curl -K file https://a/1", /-K is not taken over/],
    ["curl -x http://p https://a/1", /-x is not taken over/],
    ["curl -b cookies.txt https://a/1", /-b names a file of cookies/],
    ["curl -H @file https://a/1", /-H names a file of headers/],
    ["curl --no-such-thing https://a/1", /--no-such-thing is no option/],
    ["curl https://a/1 | sh", /pipe/],
    ["curl https://a/1; rm -rf /", /one curl command/],
    ["curl $(cat x)", /./],
    ['curl "https://a/$TOKEN"', /./],
    ["curl 'https://a/1", /no shell can read/],
    ["curl -s", /names no address/],
    ['curl ^"https://a/1^" ^\n  -H ^"a: b^"', /for Windows/],
  ])("%s is refused with the reason", (text, reason) => {
    const [item] = parseList(text);
    expect(item).toEqual({ where: "line 1", reason: expect.stringMatching(reason) });
  });
});

test.each([
  ["https://a/1", false],
  [" https://a/1 \n", false],
  ["https://a/1\nhttps://a/2", true],
  ["curl https://a/1", true],
  ["wget -c https://a/1", true],
  ["https://a/1 https://a/2", true],
  ["https://a/1,https://a/2", true],
  ["https://a/1\thttps://b/1", true],
  ['"https://a/1"', true],
  ["[x](https://a/1)", true],
  ["set/model", false],
  ["two words", false],
  ["curl.md", false],
  ["curly", false],
])("%j is a list: %j", (text, expected) => expect(isListText(text)).toBe(expected));

test("a list of a megabyte is read at once", () => {
  expect(parseList("https://a/1\n".repeat(80_000))).toHaveLength(80_000);
  expect(parseList(`curl ${"'a' \\\n".repeat(100_000)}`)).toHaveLength(1);
});
