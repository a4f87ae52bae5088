/**
 * The prototypes against curl, wget, aria2c: interleaved rounds, medians. What PERFORMANCE.md's bar is about.
 *
 *   tools/n bench/prototype-compare.ts [--cases plain,hash,tls,tls-hash,limit,disk,many,many-hash] [--size 1G] [--rounds 3]
 */
import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TEST_AUTHORITY, TEST_CERTIFICATE, TEST_KEY } from "../src/transfer/http1/testing/certificates.ts";
import { ROOT } from "../tools/run-command.ts";
import { measureCalmly } from "./calm.ts";
import type { CalmCost } from "./calm.ts";
import { measure } from "./measure.ts";
import { freePort, serveWithNginx } from "./serve-with-nginx.ts";
import { printTable } from "./table.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const SMALL_FILES = 1000;

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "plain,hash,tls,tls-hash,limit,disk,many,many-hash" },
    size: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    disk: { type: "string", default: "/tmp" },
  },
});
const size = Number.parseFloat(values.size) * GIB;
const rounds = Number(values.rounds);
const scratch = mkdtempSync("/dev/shm/haulyard-compare-");
const onDisk = mkdtempSync(join(values.disk, "haulyard-compare-"));

/** Where others are at work: the runs and their server before them, for the seconds they take. */
const PRIORITY = -10;
const isRoot = process.getuid?.() === 0;
const first = isRoot ? ["nice", "-n", String(PRIORITY)] : [];
const node = join(ROOT, "tools/n");
const sh = (script: string): string[] => ["sh", "-ec", script];

interface Case {
  bytes: number;
  folder: string;
  /** Label → command; `$OUT` is the file or folder that is written. */
  contenders: Record<string, string[]>;
}

try {
  await run();
} finally {
  rmSync(scratch, { recursive: true, force: true });
  rmSync(onDisk, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const content = join(scratch, "content");
  mkdirSync(content);
  const sha256 = makeFile(join(content, "file.bin"));
  const list = values.cases.includes("many") ? makeSmallFiles(content) : "";
  const port = await freePort();
  const served = await serveWithNginx(content, scratch, (prefix) => {
    writeFileSync(join(prefix, "cert.pem"), TEST_CERTIFICATE);
    writeFileSync(join(prefix, "key.pem"), TEST_KEY);
    writeFileSync(join(prefix, "ca.pem"), TEST_AUTHORITY);
    return `server {
        listen 127.0.0.1:${port} ssl;
        ssl_certificate ${join(prefix, "cert.pem")};
        ssl_certificate_key ${join(prefix, "key.pem")};
        ssl_protocols TLSv1.3;
        root ${content};
        location /slow/ { alias ${content}/; limit_rate 20m; }
      }`;
  });
  if (isRoot) for (const pid of workersOf(served.pid)) setPriority(pid, PRIORITY);
  const ca = join(scratch, "nginx", "ca.pem");
  const secure = `https://localhost:${port}`;
  try {
    const cases = casesOf({ plain: served.url, secure, ca, sha256, list });
    for (const name of values.cases.split(",")) {
      const one = cases[name];
      if (one !== undefined) await compare(name, one, () => workersOf(served.pid));
    }
  } finally {
    await served.stop();
  }
}

async function compare(
  name: string,
  { bytes, folder, contenders }: Case,
  server: () => number[],
): Promise<void> {
  const costs = new Map<string, CalmCost[]>(Object.keys(contenders).map((label) => [label, []]));
  const labels = Object.keys(contenders);
  for (let round = 0; round < rounds; round++) {
    for (const label of [...labels.slice(round % labels.length), ...labels.slice(0, round % labels.length)]) {
      const out = join(folder, "out");
      const command = (contenders[label] ?? []).map((word) =>
        word.replaceAll("$DIR", folder).replaceAll("$OUT", out),
      );
      const cost = await measureCalmly(async () => {
        rmSync(out, { recursive: true, force: true });
        if (name.startsWith("many")) mkdirSync(out);
        return measure([...first, ...command]);
      }, server);
      costs.get(label)?.push(cost);
      const got = name.startsWith("many") ? readdirSync(out).length * MIB : statSync(out).size;
      if (got !== bytes) throw new Error(`${label} wrote ${got} bytes in place of ${bytes}`);
      rmSync(out, { recursive: true });
    }
  }
  console.log(`\n${name}: ${(bytes / GIB).toFixed(2)} GiB, ${rounds} rounds`);
  printTable(
    labels.map((label) => ({ label, costs: costs.get(label) ?? [] })),
    bytes,
  );
  const others = [...costs.values()].flat().map((cost) => cost.others);
  console.log(`others' share of the machine meanwhile: at most ${Math.round(100 * Math.max(...others))} %`);
}

function workersOf(master: number): number[] {
  return readFileSync(`/proc/${master}/task/${master}/children`, "utf8").trim().split(" ").map(Number);
}

interface Served {
  plain: string;
  secure: string;
  ca: string;
  sha256: string;
  list: string;
}

function ours(url: string, ...more: string[]): string[] {
  return [node, join(ROOT, "bench/prototype-fetch.ts"), url, "$OUT", ...more];
}

function aria(connections: number, url: string, ...more: string[]): string[] {
  const split = [`-x${connections}`, `-s${connections}`];
  return ["aria2c", "-q", ...split, "--file-allocation=none", "-d", "$DIR", "-o", "out", ...more, url];
}

function casesOf(at: Served): Record<string, Case> {
  return { ...plainCases(at), ...tlsCases(at), ...smallCases(at) };
}

function plainCases({ plain, sha256 }: Served): Record<string, Case> {
  const file = `${plain}/file.bin`;
  const openssl = `[ "$(openssl dgst -sha256 -r "$OUT" | cut -c-64)" = ${sha256} ]`;
  const checked = `--checksum=sha-256=${sha256}`;
  const whole = { bytes: size, folder: scratch };
  return {
    plain: {
      ...whole,
      contenders: {
        "prototype 1": ours(file),
        "prototype 4": ours(file, "--connections", "4"),
        "prototype 16": ours(file, "--connections", "16"),
        curl: ["curl", "-sSf", "-o", "$OUT", file],
        wget: ["wget", "-q", "-O", "$OUT", file],
        "aria2c -x1": aria(1, file),
        "aria2c -x16": aria(16, file),
      },
    },
    hash: {
      ...whole,
      contenders: {
        "prototype 1": ours(file, "--sha256", sha256),
        "prototype 4": ours(file, "--sha256", sha256, "--connections", "4"),
        "curl, openssl": sh(`curl -sSf -o "$OUT" ${file}; ${openssl}`),
        "aria2c -x1 --checksum": aria(1, file, checked),
        "aria2c -x16 --checksum": aria(16, file, checked),
        "openssl alone": sh(`ln ${scratch}/content/file.bin "$OUT"; ${openssl}`),
      },
    },
    disk: {
      bytes: size,
      folder: onDisk,
      contenders: {
        "prototype 1 direct": ours(file, "--direct", "--sync"),
        "prototype 1 cached": ours(file, "--sync"),
        "prototype 4 direct": ours(file, "--direct", "--sync", "--connections", "4"),
        "curl, sync": sh(`curl -sSf -o "$OUT" ${file}; sync "$OUT"`),
        "aria2c -x16, sync": sh(
          `aria2c -q -x16 -s16 --file-allocation=falloc -d "$DIR" -o out ${file}; sync "$OUT"`,
        ),
      },
    },
  };
}

function tlsCases({ secure, ca, sha256 }: Served): Record<string, Case> {
  const file = `${secure}/file.bin`;
  const slow = `${secure}/slow/file.bin`;
  const authority = `--ca-certificate=${ca}`;
  const checked = `--checksum=sha-256=${sha256}`;
  const whole = { bytes: size, folder: scratch };
  return {
    tls: {
      ...whole,
      contenders: {
        "prototype 1": ours(file, "--ca", ca),
        "prototype 4": ours(file, "--ca", ca, "--connections", "4"),
        "prototype 16": ours(file, "--ca", ca, "--connections", "16"),
        curl: ["curl", "-sSf", "--cacert", ca, "-o", "$OUT", file],
        "aria2c -x1": aria(1, file, authority),
        "aria2c -x16": aria(16, file, authority),
      },
    },
    "tls-hash": {
      ...whole,
      contenders: {
        "prototype 1": ours(file, "--ca", ca, "--sha256", sha256),
        "prototype 4": ours(file, "--ca", ca, "--sha256", sha256, "--connections", "4"),
        "aria2c -x16 --checksum": aria(16, file, authority, checked),
      },
    },
    limit: {
      ...whole,
      contenders: {
        "prototype 16": ours(slow, "--ca", ca, "--connections", "16"),
        "prototype 16, 4 MiB": ours(slow, "--ca", ca, "--connections", "16", "--piece", "4"),
        "aria2c -x16": aria(16, slow, authority),
      },
    },
  };
}

function smallCases({ plain, list }: Served): Record<string, Case> {
  const many = (...more: string[]): string[] => {
    return [node, join(ROOT, "bench/prototype-many.ts"), `${plain}/small/`, list, "$OUT", ...more];
  };
  const small = { bytes: SMALL_FILES * MIB, folder: scratch };
  const aria = `aria2c -q -j16 --file-allocation=none -d "$OUT" -i -`;
  const forCurl = `s#\\([^ ]*\\) .*#url = ${plain}/small/\\1\\noutput = \\1#`;
  const forAria = `s#\\([^ ]*\\) \\(.*\\)#${plain}/small/\\1\\n checksum=sha-256=\\2#`;
  return {
    many: {
      ...small,
      contenders: {
        "prototype 4": many("--connections", "4"),
        "prototype 8": many("--connections", "8"),
        "curl -Z": sh(`cd "$OUT"; sed '${forCurl}' ${list} | curl -sSf -Z --parallel-max 16 -K -`),
        "aria2c -j16": sh(`sed 's#\\([^ ]*\\) .*#${plain}/small/\\1#' ${list} | ${aria}`),
      },
    },
    "many-hash": {
      ...small,
      contenders: {
        "prototype 4": many("--connections", "4", "--check"),
        "prototype 8": many("--connections", "8", "--check"),
        "aria2c -j16 checksums": sh(`sed '${forAria}' ${list} | ${aria}`),
      },
    },
  };
}

function makeFile(path: string): string {
  const block = randomFillSync(new Uint8Array(16 * MIB));
  const hash = createHash("sha256");
  rmSync(path, { force: true });
  for (let written = 0; written < size; written += block.length) {
    writeFileSync(path, block, { flag: "a" });
    hash.update(block);
  }
  return hash.digest("hex");
}

/** Answers the list: a line with name and SHA-256 per file. */
function makeSmallFiles(folder: string): string {
  const small = join(folder, "small");
  mkdirSync(small);
  const lines: string[] = [];
  for (let count = 0; count < SMALL_FILES; count++) {
    const bytes = randomFillSync(new Uint8Array(MIB));
    writeFileSync(join(small, `${count}.bin`), bytes);
    lines.push(`${count}.bin ${createHash("sha256").update(bytes).digest("hex")}`);
  }
  const list = join(scratch, "list");
  writeFileSync(list, `${lines.join("\n")}\n`);
  return list;
}
