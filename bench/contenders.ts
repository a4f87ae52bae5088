/** The programs that are compared, each told to do the same errand. */
import { join } from "node:path";
import { ROOT } from "../tools/run-command.ts";
import { findProgram } from "../tools/test-tools.ts";

/** What is to be fetched, and whereto. */
export interface Errand {
  /** Of the one file, or of the folder that all files lie in. */
  url: string;
  folder: string;
  /** Of the one file. */
  name: string;
  sha256: string;
  /** Path of a list with a URL per line, where there are many files. */
  list: string;
  /** The same for aria2c, with the hash of each file where hashes are checked. */
  ariaList: string;
  /** Authority of the server's certificate; null for plain HTTP. */
  ca: string | null;
  /** The bytes are to be on the disk when the program ends. */
  synced: boolean;
}

export interface Contender {
  label: string;
  /** Has to be here, or the contender is left out. */
  programs: readonly string[];
  /** The part of others that it stands for in the bars; Haulyard's own has none. */
  peer: string | null;
  command: (errand: Errand) => string[];
  env?: (errand: Errand) => Record<string, string>;
}

const haulyard = join(ROOT, "bin/haulyard");
const file = ({ folder, name }: Errand): string => join(folder, name);
/** Values reach the shell as arguments, never as text of the script. */
const sh = (script: string, ...values: string[]): string[] => ["sh", "-ec", script, "sh", ...values];
/** What others do not do by themselves: Haulyard ends with everything on the disk. */
const withSync = ({ synced }: Errand, command: string[], path: string): string[] =>
  synced ? sh('path=$1; shift; "$@"; sync "$path"', path, ...command) : command;

const curlArgs = ({ ca }: Errand): string[] => ["curl", "-sSf", ...(ca === null ? [] : ["--cacert", ca])];
const wgetArgs = (program: string, { ca }: Errand): string[] => [
  program,
  "-q",
  ...(ca === null ? [] : [`--ca-certificate=${ca}`]),
];
const ariaArgs = (connections: number, { folder, ca }: Errand): string[] => [
  "aria2c",
  "-q",
  `-x${connections}`,
  `-s${connections}`,
  "--file-allocation=none",
  ...(ca === null ? [] : [`--ca-certificate=${ca}`]),
  "-d",
  folder,
];
const trust = ({ ca }: Errand): Record<string, string> => (ca === null ? {} : { NODE_EXTRA_CA_CERTS: ca });

const get = (label: string, more: (errand: Errand) => string[]): Contender => ({
  label,
  programs: [],
  peer: null,
  command: (errand) => [haulyard, "get", "-q", ...more(errand)],
  env: trust,
});
const aria = (connections: number, more: (errand: Errand) => string[] = () => []): Contender => ({
  label: `aria2c -x${connections}`,
  programs: ["aria2c"],
  peer: "aria2c",
  command: (errand) =>
    withSync(
      errand,
      [...ariaArgs(connections, errand), "-o", errand.name, ...more(errand), errand.url],
      file(errand),
    ),
});

/** One file, nothing checked. */
export const ONE_FILE: readonly Contender[] = [
  get("haulyard get", (errand) => [errand.url, "-o", file(errand)]),
  {
    label: "curl",
    programs: ["curl"],
    peer: "curl",
    command: (errand) =>
      withSync(errand, [...curlArgs(errand), "-o", file(errand), errand.url], file(errand)),
  },
  ...["wget", "wget2"].map((program) => ({
    label: program,
    programs: [program],
    peer: program,
    command: (errand: Errand) =>
      withSync(errand, [...wgetArgs(program, errand), "-O", file(errand), errand.url], file(errand)),
  })),
  {
    label: "axel -n16",
    programs: ["axel"],
    peer: "axel",
    command: (errand) => ["axel", "-q", "-n", "16", "-o", file(errand), errand.url],
  },
  aria(1),
  aria(16),
];

/** One file, its SHA-256 checked. */
export const ONE_FILE_HASHED: readonly Contender[] = [
  get("haulyard get --sha256", (errand) => [errand.url, "-o", file(errand), "--sha256", errand.sha256]),
  {
    label: "SHA-256 alone (openssl)",
    programs: ["openssl"],
    peer: "sha256",
    command: ({ list }) => ["openssl", "dgst", "-sha256", list],
  },
  {
    label: "curl, openssl dgst",
    programs: ["curl", "openssl"],
    peer: "curl + openssl",
    command: (errand) =>
      sh(
        'path=$1 sum=$2; shift 2; "$@"; [ "$(openssl dgst -sha256 -r "$path" | cut -c-64)" = "$sum" ]',
        file(errand),
        errand.sha256,
        ...curlArgs(errand),
        "-o",
        file(errand),
        errand.url,
      ),
  },
  {
    label: "curl, sha256sum",
    programs: ["curl", "sha256sum"],
    peer: "curl + sha256sum",
    command: (errand) =>
      sh(
        'path=$1 sum=$2; shift 2; "$@"; echo "$sum  $path" | sha256sum -c --status',
        file(errand),
        errand.sha256,
        ...curlArgs(errand),
        "-o",
        file(errand),
        errand.url,
      ),
  },
  ...[1, 16].map((connections) => {
    const plain = aria(connections, ({ sha256 }) => [`--checksum=sha-256=${sha256}`]);
    return { ...plain, label: `${plain.label} --checksum`, peer: "aria2c --checksum" };
  }),
];

/** Many small files. */
export const MANY_FILES: readonly Contender[] = [
  get("haulyard get -i", ({ list, folder }) => ["-i", list, "-d", folder]),
  {
    label: "curl -Z",
    programs: ["curl"],
    peer: "curl",
    command: ({ list, folder }) =>
      sh('cd "$1"; sed "s/.*/url=&\\nremote-name/" "$2" | curl -sSf -Z --parallel-max 16 -K -', folder, list),
  },
  {
    label: "wget2",
    programs: ["wget2"],
    peer: "wget2",
    command: ({ list, folder }) => ["wget2", "-q", "-i", list, "-P", folder],
  },
  {
    label: "aria2c -j16",
    programs: ["aria2c"],
    peer: "aria2c",
    command: ({ ariaList, folder }) => [
      "aria2c",
      "-q",
      "-j16",
      "--file-allocation=none",
      "-d",
      folder,
      "-i",
      ariaList,
    ],
  },
];

/** Many small files, each checked: Haulyard finds the hashes by itself, aria2c is told them. */
export const MANY_FILES_HASHED: readonly Contender[] = MANY_FILES.filter(
  ({ peer }) => peer === null || peer === "aria2c",
).map((contender) => ({
  ...contender,
  label: `${contender.label}, checked`,
  peer: contender.peer === null ? null : "aria2c, checked",
}));

export function available(contender: Contender): boolean {
  return contender.programs.every((program) => findProgram(program) !== null);
}
