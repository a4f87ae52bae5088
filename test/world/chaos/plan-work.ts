/** What is asked for during a run, of servers that are as servers are: the same for the same seed. Pure. */
import type { FailureCode } from "../../../src/job/failure.ts";
import { seeded } from "../fragile-disk/power-cut.ts";
import type { FileSpec, Rule } from "../origin-script.ts";

/** Planted where secrets are; nobody who looks at a node, an instance or an answer may see one of them. */
export const SECRETS = {
  header: "chaosS3cretOfAHeader",
  query: "chaosS3cretOfASignedLink",
  password: "chaosS3cretOfAnAddress",
  hub: "hf_chaosS3cretTokenOfTheHub",
  civitai: "chaosS3cretKeyOfCivitai",
  database: "chaosS3cretOfTheDatabase",
} as const;

export type WorkKind =
  /** A file for the disk of a node. */
  | "file"
  /** A file for an instance, fetched there. */
  | "sent"
  /** A card whose commands run on an instance. */
  | "card";

export interface Work {
  kind: WorkKind;
  /** Names its file, its path at the origin and its card. */
  name: string;
  /** When it is asked for, in milliseconds from the beginning. */
  at: number;
  /** Which of the nodes is asked; which of the instances it is for. */
  node: number;
  instance: number;
  spec: FileSpec;
  sha256: "right" | "wrong" | "untold";
  /** How the origin wants to be asked. */
  secret: "none" | "header" | "query" | "password";
  /** What is wrong with it for good: what it has to fail with. Null: it has to come whole. */
  fails: FailureCode | null;
  /** Seconds that a card's command takes besides. */
  seconds: number;
}

export interface WorkWish {
  seed: number;
  /** In which it is asked for. */
  seconds: number;
  nodes: number;
  instances: number;
  /** Of each kind, for each minute. */
  perMinute: Record<WorkKind, number>;
}

/** What files come at, so that most troubles meet some of them half-way. Bytes per second. */
const PACE = { least: 150_000, most: 900_000 };
const SIZE = { least: 20_000, most: 5_000_000 };

export function planWork({ seed, seconds, nodes, instances, perMinute }: WorkWish): Work[] {
  const random = seeded(seed ^ 0x5eed);
  const upTo = (most: number): number => Math.floor(random() * most);
  const planned = (Object.entries(perMinute) as [WorkKind, number][]).flatMap(([kind, many]) =>
    Array.from({ length: Math.ceil((many * seconds) / 60) }, (_, nth): Work => {
      const at = Math.floor((random() ** 1.5 * seconds * 1000) / 1.2);
      const served = kind === "file" ? fileOf(random) : fileForTools(random, kind);
      return {
        kind,
        name: `${kind}-${nth}.bin`,
        at,
        node: upTo(nodes),
        instance: upTo(instances),
        seconds: 1 + upTo(5),
        ...served,
      };
    }),
  );
  return planned.toSorted((one, other) => one.at - other.at);
}

type Served = Pick<Work, "spec" | "sha256" | "secret" | "fails">;

const plain: Omit<Served, "spec"> = { sha256: "untold", secret: "none", fails: null };

function baseOf(random: () => number): FileSpec {
  const size = Math.floor(SIZE.least + random() ** 2 * (SIZE.most - SIZE.least));
  const bytesPerSecond = Math.floor(PACE.least + random() * (PACE.most - PACE.least));
  return { size, seed: 1 + Math.floor(random() * 1e9), bytesPerSecond, head: "none" };
}

/** For tools of others, which are not as patient as we are; what a card names, its tool's arguments show to all. */
function fileForTools(random: () => number, kind: WorkKind): Served {
  const base = baseOf(random);
  const sha256 = random() < 0.5 ? "right" : "untold";
  return { ...plain, spec: base, sha256, secret: kind === "sent" && random() < 0.4 ? "query" : "none" };
}

/** All that a server may do to a client that means well. */
function fileOf(random: () => number): Served {
  const base = baseOf(random);
  const { size } = base;
  const now = random();
  const once = (rule: Rule): Served => ({ ...plain, spec: { ...base, rules: [{ ...rule, times: 1 }] } });
  const ways: (() => Served)[] = [
    () => once({ cutAfter: Math.floor(size * now), cut: "rst" }),
    () => once({ cutAfter: Math.floor(size * now), cut: "fin" }),
    () => once({ status: 503, retryAfter: 1 }),
    () => once({ status: 429, retryAfter: 2 }),
    () => once({ raw: "nonsense\r\n\r\n" }),
    () => once({ when: { ranged: true }, partial: "wrong_start" }),
    () => ({ ...plain, spec: { ...base, length: "chunked" } }),
    () => ({ ...plain, spec: { ...base, ranges: "off" } }),
    () => ({ ...plain, spec: { ...base, etag: "none", lastModified: null } }),
    () => ({ ...plain, spec: { ...base, capBytes: Math.max(1_000, Math.floor(size / 3)) } }),
    () => ({ ...plain, spec: base, sha256: "right" }),
    () => ({ ...plain, spec: base, sha256: "wrong", fails: "checksum_mismatch" }),
    () => ({ ...plain, spec: { ...base, status: 404 }, fails: "not_found" }),
    () => ({ ...plain, spec: { ...base, status: 410 }, fails: "gone" }),
    () => ({ ...plain, spec: { ...base, html: "Sign in" }, fails: "wrong_content" }),
    () => ({ ...plain, spec: changing(base, random), sha256: "untold" }),
    ...(["header", "query", "password"] as const).map((secret) => (): Served => ({
      ...plain,
      spec: { ...base, ...(secret === "query" ? {} : { authorization: authorizationOf(secret) }) },
      secret,
    })),
  ];
  if (random() < 0.4) return { ...plain, spec: base };
  return (ways[Math.floor(random() * ways.length)] as () => Served)();
}

/** Another version takes the place of the first one while it is fetched. */
function changing(base: FileSpec, random: () => number): FileSpec {
  const next = { ...base, seed: (base.seed ?? 1) + 1, lastModified: "Tue, 02 Jan 2024 00:00:00 GMT" };
  return { ...base, then: { afterRequests: 1 + Math.floor(random() * 3), file: next } };
}

export function authorizationOf(secret: "header" | "password"): string {
  return secret === "header"
    ? `Bearer ${SECRETS.header}`
    : `Basic ${Buffer.from(`user:${SECRETS.password}`).toString("base64")}`;
}

/** The address that is asked for, at what the origin is reached by. */
export function urlOf({ name, secret }: Work, port: number): string {
  const user = secret === "password" ? `user:${SECRETS.password}@` : "";
  const query = secret === "query" ? `?X-Amz-Signature=${SECRETS.query}&part=1` : "";
  return `http://${user}127.0.0.1:${port}/${name}${query}`;
}

/** All versions of the file there are. */
export function versionsOf({ spec }: Work): FileSpec[] {
  return spec.then === undefined ? [spec] : [spec, spec.then.file];
}

/** The text of a card: what counts its beginnings, takes a while, fetches, and says that it is done. */
export function cardOf(work: Work, port: number): string {
  const lines = [
    `echo "$HAULYARD_RUN" >> "$HOME/starts" && sleep ${work.seconds}`,
    `wget -c -P "$UI_HOME/models/chaos" "${urlOf(work, port)}"`,
    `echo "$HAULYARD_RUN" >> "$HOME/starts" && echo done`,
  ];
  const fence = "```";
  return `---\ntitle: ${work.name}\n---\n\n# Download\n\n${fence}bash\n${lines.join("\n")}\n${fence}\n`;
}
