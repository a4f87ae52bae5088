/** Servers that send one elsewhere: in circles, to places nobody asked for, with links that expire (RFC 9110 §15.4). */
import { expect } from "vitest";
import { hostile } from "../world/hostile/play.ts";
import type { Row } from "../world/hostile/row.ts";
import { SIZE, WHOLE, failed } from "../world/hostile/row.ts";
import type { Stage } from "../world/hostile/stage.ts";
import { PUBLIC, paced } from "../world/hostile/stage.ts";

const MB = 1_000_000;
const STORE = "/store/a.bin";
const FEW = { failuresInARow: 2 };

/** The file is on the other server; the origin redirects there. */
function stored(stage: Stage, spec: object = {}, query = ""): { redirect: string } {
  stage.other.put(STORE, paced(stage, { size: SIZE, ...spec }));
  return { redirect: `${stage.other.url}${STORE}${query}` };
}

const ways: Row[] = [
  {
    claim: "redirects with 301, 302, 303, 307 and 308 are followed, one after the other",
    file: (stage) => {
      const last = stored(stage).redirect;
      const statuses = [302, 303, 307, 308] as const;
      for (const [nth, redirectStatus] of statuses.entries()) {
        const redirect = nth < statuses.length - 1 ? `/${statuses[nth + 1] ?? ""}` : last;
        stage.origin.put(`/${redirectStatus}`, { size: 0, redirect, redirectStatus });
      }
      return { redirect: "/302", redirectStatus: 301 };
    },
    expect: WHOLE,
  },
  {
    claim: "what is given for one server is not told to another, in any request",
    file: (stage) => stored(stage),
    header: ["Authorization: Bearer sesame", "X-Api-Key: sesame", "Cookie: id=sesame"],
    expect: WHOLE,
    also: ({ origin, other, path }) => {
      expect(origin.seen(path).at(-1)?.headers["authorization"]).toBe("Bearer sesame");
      for (const { headers } of other.requests) expect(JSON.stringify(headers)).not.toContain("sesame");
    },
  },
  {
    claim: "a login in the address is not told to another server",
    url: ({ origin, path }) => (origin.url + path).replace("http://", "http://user:sesame@"),
    file: (stage) => ({ ...stored(stage), authorization: `Basic ${btoa("user:sesame")}` }),
    before: { authorization: `Basic ${btoa("user:sesame")}` },
    expect: WHOLE,
    also: ({ other, ran }) => {
      for (const { headers } of other.requests) expect(headers).not.toHaveProperty("authorization");
      expect(ran.stdout + ran.stderr).not.toContain("sesame");
    },
  },
];

const nowhere: Row[] = [
  {
    claim: "redirects in circles are left",
    file: { redirect: "loop" },
    expect: failed("redirect_loop", /come back to|redirects/),
  },
  {
    claim: "redirects without end are left",
    file: ({ origin }) => {
      for (let nth = 0; nth < 12; nth += 1) origin.put(`/${nth}`, { size: 0, redirect: `/${nth + 1}` });
      return { redirect: "/0" };
    },
    expect: failed("redirect_loop", /More than 10 redirects/),
  },
  {
    claim: "a redirect without an address is no answer",
    file: { status: 302 },
    hasty: FEW,
    expect: failed("bad_response", /without saying where to/),
  },
  {
    claim: "a redirect to something that is no address is no answer",
    file: { redirect: "http://" },
    hasty: FEW,
    expect: failed("bad_response", /not an address/),
  },
  ...["file:///etc/hostname", "ftp://127.0.0.1/a.bin", "data:text/plain,x"].map((redirect): Row => ({
    claim: `a redirect to ${redirect.split(":")[0] ?? ""}: is refused`,
    file: { redirect },
    expect: failed("redirect_refused", /redirects to a (file|ftp|data): address/),
  })),
];

/** The origin looks like a server of the internet. */
const fromOutside: Pick<Row, "url" | "env"> = {
  url: ({ path }) => `http://${PUBLIC}${path}`,
  env: ({ facade }) => ({ HTTP_PROXY: facade.url, NO_PROXY: "127.0.0.1,localhost,[::1]" }),
};

const inside: Row[] = [
  {
    ...fromOutside,
    claim: "a server of the internet does not redirect to this machine",
    file: (stage) => stored(stage),
    expect: failed("redirect_refused", /private network.*HAULYARD_PRIVATE_REDIRECTS/),
    also: ({ other }) => expect(other.requests).toEqual([]),
  },
  {
    ...fromOutside,
    claim: "a server of the internet does not redirect to this machine by its name",
    file: (stage) => ({ redirect: stored(stage).redirect.replace("127.0.0.1", "localhost") }),
    expect: failed("redirect_refused", /private network/),
    also: ({ other }) => expect(other.requests).toEqual([]),
  },
  {
    ...fromOutside,
    claim: "a server of the internet may redirect to this machine where that is allowed",
    file: (stage) => stored(stage),
    env: (stage) => ({ ...fromOutside.env?.(stage), HAULYARD_PRIVATE_REDIRECTS: "allow" }),
    expect: WHOLE,
  },
];

const signed: Row[] = [
  {
    claim: "links that are good for one request are made anew for each, and no byte is lost",
    file: (stage) => stored(stage, { signed: { uses: 1 }, cutAfter: 2 * MB }, "?sig={n}"),
    expect: WHOLE,
    also: ({ other, stored: before }) => expect(other.bytesSent(STORE)).toBeLessThan(SIZE - before + 2 * MB),
  },
  {
    claim: "links that expire half-way are renewed at the address they came from",
    file: (stage) => stored(stage, { signed: { uses: 2 }, cutAfter: MB }, "?sig={n}"),
    expect: WHOLE,
  },
  {
    claim: "a link that comes out of a cache, and has expired, is asked for anew",
    file: (stage) => {
      const { redirect } = stored(stage, { signed: { uses: 1 }, cutAfter: 2 * MB }, "?sig={n}");
      return { redirect, rules: [{ times: 2, redirect: redirect.replace("{n}", "old") }] };
    },
    expect: WHOLE,
  },
  {
    claim: "links that lead to another version half-way: never mixed",
    file: (stage) => {
      const next = { size: SIZE, seed: 2 };
      const { redirect } = stored(stage, {
        cutAfter: 2 * MB,
        then: { afterRequests: 1, file: paced(stage, next) },
      });
      return { redirect, seed: 2 };
    },
    expect: WHOLE,
  },
  {
    claim: "links that are refused from the beginning are refused for good",
    file: (stage) => stored(stage, { status: 403 }, "?sig={n}"),
    hasty: {},
    expect: failed("forbidden", /answered 403 Forbidden/),
    // Bytes came once: perhaps the next link is good.
    resumed: failed("forbidden", /to the link of .*what is stored is kept/, "kept"),
    also: ({ seen, start }) => {
      if (start === "fresh") expect(seen).toHaveLength(2);
    },
  },
  {
    claim: "a signed link that has expired says that a new one is wanted, and keeps what is stored",
    url: ({ origin, path }) => `${origin.url}${path}?X-Amz-Signature=abc`,
    file: { status: 403 },
    expect: failed("forbidden", /signed and may have expired.*what is stored is kept/),
  },
];

hostile("redirects", [...ways, ...nowhere, ...inside, ...signed]);
