import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectQuick } from "../../test/world/cost.ts";
import { redactHeaders, redactProse, redactText, redactUrl } from "./redact.ts";

/** What must never be seen. Long and odd enough not to be anywhere by chance. */
const SECRET = "s3cr3tV4luE9x";

/** Ways a secret gets into a URL. */
const WITH_SECRET = [
  `https://user:${SECRET}@example.com/x`,
  `https://${SECRET}@example.com/x`,
  `https://a@b:${SECRET}@example.com/x`,
  `https://example.com/x?token=${SECRET}`,
  `https://example.com/x?TOKEN=${SECRET}`,
  `https://example.com/x?to%6Ben=${SECRET}`,
  `https://example.com/x?to\nken=${SECRET}`,
  `https://example.com/x?a=1&api_key=${SECRET}&b=2`,
  `https://example.com/x?a=1;apikey=${SECRET};b=2`,
  `https://example.com/x?key=${SECRET}`,
  `https://example.com/x?auth[token]=${SECRET}`,
  `https://example.com/x?token[]=${SECRET}`,
  `https://example.com/x?token%0a=${SECRET}`,
  `https://example.com/x?token=a&token=${SECRET}`,
  `https://example.com/x?broken=%zz&token=${SECRET}`,
  `https://example.com/x?X-Amz-Credential=AKIA/${SECRET}&X-Amz-Signature=${SECRET}`,
  `https://example.com/x?X-Amz-Security-Token=${SECRET}`,
  `https://example.com/x?X-Goog-Signature=${SECRET}`,
  `https://example.com/x?sv=2024&sr=b&sig=${SECRET}`,
  `https://example.com/x?Policy=${SECRET}&Signature=${SECRET}&Key-Pair-Id=K${SECRET}`,
  `https://example.com/x?md5=${SECRET}&expires=1793000000`,
  `https://example.com/x?sign=${SECRET}`,
  `https://example.com/x?e=1793000000&made_up=${SECRET}0123456789abcdef`,
  `https://example.com/x#file/${SECRET}0123456789abcdef`,
  `https://example.com/x?hdnts=exp=1~hmac=${SECRET}`,
  `https://example.com/x#access_token=${SECRET}&type=bearer`,
  `https://example.com/x;jsessionid=${SECRET}/y`,
  `https://example.com/go?url=https%3A%2F%2Fcdn.example.com%2Fx%3Fsig%3D${SECRET}`,
  `https://example.com/go?url=https://user:${SECRET}@cdn.example.com/x`,
  `https://example.com/go?u=${encodeURIComponent(`https://a/?u=${encodeURIComponent(`https://b/?token=${SECRET}`)}`)}`,
  `https:\\\\user:${SECRET}@example.com\\x`,
  `https:user:${SECRET}@example.com/x`,
  `ftp://user:${SECRET}@example.com/x`,
  `socks5://user:${SECRET}@example.com:1080`,
  `postgres://user:${SECRET}@example.com/db`,
  `user:${SECRET}@example.com/x`,
  `example.com/x?token=${SECRET}`,
  `//user:pw@[broken/x?password=${SECRET}`,
];

describe("a secret in a URL is not shown", () => {
  test.each(WITH_SECRET)("%s", (url) => {
    const shown = redactUrl(url);
    expect(shown).not.toContain(SECRET);
    expect(shown).toContain("***");
    expect(redactUrl(shown)).toBe(shown);
  });

  test("of a signed link, too, what is a name or a word stays readable", () => {
    expect(redactUrl("https://example.com/x?e=9&file=model-v1.0-pruned.safetensors&part=two")).toBe(
      "https://example.com/x?e=9&file=model-v1.0-pruned.safetensors&part=two",
    );
  });

  test("what is not secret stays readable", () => {
    expect(redactUrl(`https://me:${SECRET}@example.com:8443/a%20b?x=1&token=${SECRET}&y=%C3%A4#part`)).toBe(
      "https://***@example.com:8443/a%20b?x=1&token=***&y=%C3%A4#part",
    );
  });
});

describe("an ordinary URL stays as it is, letter by letter", () => {
  test.each([
    "https://huggingface.co/org/model/resolve/main/x.safetensors",
    "https://huggingface.co/org/model/resolve/main/x.safetensors?download=true",
    "HTTPS://Example.COM/A B?q=a+b&empty=&flag#top",
    "https://example.com/a@b/c:d?author=me&authority=x&page=2",
    "https://example.com/files;v=2/tokenizer.json",
    "https://example.com/go?to=https%3A%2F%2Fexample.com%2Fx%3Fpage%3D2",
    "http://[2001:db8::1]:8080/x?token=",
    "urn:air:sdxl:checkpoint:civitai:827184@2514310",
    "mailto:somebody@example.com",
    "hf://org/name@main/x.gguf",
    "flux/t5_encoder",
    "/data/models/x.safetensors",
    "localhost:8080/x",
    "",
  ])("%s", (url) => {
    expect(redactUrl(url)).toBe(url);
  });
});

describe("a secret in a text is not shown", () => {
  test.each([
    `Authorization: Bearer ${SECRET}`,
    `authorization: Token ${SECRET}`,
    `sent Bearer ${SECRET}, got 401`,
    `Basic ${SECRET}==`,
    `{"api_key": "${SECRET}"}`,
    `{"HF_TOKEN":"${SECRET} with spaces and \\" quotes ${SECRET}"}`,
    `password='${SECRET} ${SECRET}'`,
    `HF_TOKEN=${SECRET} wget https://example.com`,
    `Cookie: a=b; session=${SECRET}; c=d`,
    `Set-Cookie: id=${SECRET}; Path=/`,
    `wget --header "Authorization: Bearer ${SECRET}" https://example.com`,
    `wget --http-password ${SECRET} https://example.com`,
    `civitdl --api-key "${SECRET}" 12345`,
    `connect to https://user:${SECRET}@example.com/x failed: ECONNREFUSED`,
    `GET (https://example.com/x?token=${SECRET}).`,
    `redirect: https://a.example.com/x?sig=${SECRET} -> https://b.example.com/y?sig=${SECRET}`,
    `x-api-key: ${SECRET}`,
  ])("%s", (text) => {
    const shown = redactText(text);
    expect(shown).not.toContain(SECRET);
    expect(redactText(shown)).toBe(shown);
  });

  test.each([
    `hf_${SECRET.repeat(3)}`,
    `ghp_${SECRET.repeat(3)}`,
    `eyJhbGciOiJIUzI1NiJ9.${SECRET}.${SECRET}`,
  ])("a token known by its looks, without any name before it: %s", (token) => {
    expect(redactText(`the answer was ${token}!`)).toBe("the answer was ***!");
  });

  test.each([
    "Expected 200 or 206, got 404 for https://example.com/x.bin.",
    "connect ECONNREFUSED 127.0.0.1:8080",
    "The key of 203.0.113.7:22 was rejected.",
    'path must stay inside the models folder (/data/models): "../x"',
    "No space left on device; 3 GiB are missing",
    "Set the token for this host (HF_TOKEN, CIVITAI_API_KEY), or give an Authorization header.",
  ])("a sentence without one stays as it is: %s", (text) => {
    expect(redactText(text)).toBe(text);
  });
});

test("no URL shows a secret planted at random, nor changes when it is redacted again", () => {
  // A line end ends a URL in a text.
  const planted = fc.constantFrom(
    ...WITH_SECRET.filter((url) => /^\w+:\/\//.test(url) && !url.includes("\n")),
  );
  fc.assert(
    fc.property(planted, fc.stringMatching(/^[a-z0-9=&;./-]{0,20}$/), (url, more) => {
      const shown = redactUrl(url + more);
      expect(shown).not.toContain(SECRET);
      expect(redactUrl(shown)).toBe(shown);
      expect(redactText(`before ${url}${more} after`)).not.toContain(SECRET);
    }),
  );
});

test("redacting never throws and keeps what it made, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
      ),
      (text) => {
        const url = redactUrl(text);
        expect(redactUrl(url)).toBe(url);
        redactText(text);
      },
    ),
    { numRuns: 500 },
  );
});

test("a plain URL without secret names comes back untouched", () => {
  const word = fc.stringMatching(/^(?:file|page|v|name|q)[0-9]{0,3}$/);
  fc.assert(
    fc.property(
      fc.webPath(),
      fc.array(fc.tuple(word, fc.stringMatching(/^[A-Za-z0-9._-]{0,20}$/))),
      (path, pairs) => {
        const query = pairs.map(([name, value]) => `${name}=${value}`).join("&");
        const url = `https://example.com${path.replaceAll(/[;]/g, "")}?${query}`;
        expect(redactUrl(url)).toBe(url);
      },
    ),
  );
});

describe("headers", () => {
  test("those that carry secrets are hidden by their names", () => {
    const shown = redactHeaders({
      Authorization: `Bearer ${SECRET}`,
      cookie: `id=${SECRET}`,
      "X-API-Key": SECRET,
      "X-Amz-Security-Token": SECRET,
      "X-Auth": SECRET,
      "PRIVATE-TOKEN": SECRET,
      "X-Pass": SECRET,
      "X-Made-Up": SECRET,
    });
    expect(new Set(Object.values(shown))).toEqual(new Set(["***"]));
    expect(Object.keys(shown)).toContain("X-API-Key");
  });

  test("others stay, but for secrets in URLs", () => {
    expect(
      redactHeaders({ "User-Agent": "haulyard/1", Referer: `https://example.com/?token=${SECRET}` }),
    ).toEqual({ "User-Agent": "haulyard/1", Referer: "https://example.com/?token=***" });
  });
});

/** Pieces that made naive patterns take quadratic or exponential time. */
describe("text that people wrote for people", () => {
  test("keeps its words and loses the secrets of its addresses", () => {
    expect(redactProse("Trigger token: ohwx, key: high. See https://example.com/x?token=abc&b=1.")).toBe(
      "Trigger token: ohwx, key: high. See https://example.com/x?token=***&b=1.",
    );
    expect(redactProse(`My token is hf_${"a".repeat(30)}!`)).toBe("My token is ***!");
  });
});

const HOSTILE = [
  "token",
  "token=",
  'token="',
  'token="\\',
  "token[",
  "bearer ",
  "authorization:",
  "cookie:",
  "--",
  "--token",
  "https://",
  "https://a@",
  "?token=",
  "&a=https://",
  "%3A%2F%2F",
  "a;b=",
  ";",
  "-eyJ",
  "eyJaaaaaaaaaa.",
  "sk-",
  " ",
  "\n",
  "a:",
  "aaaaaaaaaaaaaaaaaaaaaa",
];

test.each(HOSTILE)("a megabyte of %j is redacted in linear time", (piece) => {
  const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
  // Quadratic time would be minutes.
  return expectQuick(8_000, () => {
    redactText(text);
    redactUrl(`https://example.com/${text}`);
    redactUrl(`https://example.com/?${text}\n`);
  });
});
