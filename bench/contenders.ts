/** The programs that are compared, each told to fetch the same file. */
import { join } from "node:path";
import { ROOT } from "../tools/run-command.ts";
import { findProgram } from "../tools/test-tools.ts";

export interface Errand {
  url: string;
  /** Folder and name the file is to have. */
  folder: string;
  name: string;
  sha256: string;
}

export interface Contender {
  label: string;
  /** Must be here, or the contender is left out. */
  programs: readonly string[];
  hashes: boolean;
  command: (errand: Errand) => string[];
}

const haulyard = join(ROOT, "bin/haulyard");
const file = ({ folder, name }: Errand): string => join(folder, name);
const aria = (connections: number, errand: Errand): string[] => [
  "aria2c",
  "-q",
  `-x${connections}`,
  `-s${connections}`,
  "--file-allocation=none",
  "-d",
  errand.folder,
  "-o",
  errand.name,
];
/** Values reach the shell as arguments, never as text of the script. */
const sh = (script: string, ...values: string[]): string[] => ["sh", "-ec", script, "sh", ...values];

/** Haulyard first: the others' ratios are taken of it. */
export const CONTENDERS: readonly Contender[] = [
  {
    label: "haulyard get",
    programs: [],
    hashes: false,
    command: (errand) => [haulyard, "get", "-q", errand.url, "-o", file(errand)],
  },
  {
    label: "curl",
    programs: ["curl"],
    hashes: false,
    command: (errand) => ["curl", "-sSf", "-o", file(errand), errand.url],
  },
  {
    label: "wget",
    programs: ["wget"],
    hashes: false,
    command: (errand) => ["wget", "-q", "-O", file(errand), errand.url],
  },
  {
    label: "aria2c -x1",
    programs: ["aria2c"],
    hashes: false,
    command: (errand) => [...aria(1, errand), errand.url],
  },
  {
    label: "aria2c -x16",
    programs: ["aria2c"],
    hashes: false,
    command: (errand) => [...aria(16, errand), errand.url],
  },
  {
    label: "haulyard get --sha256",
    programs: [],
    hashes: true,
    command: (errand) => [haulyard, "get", "-q", errand.url, "-o", file(errand), "--sha256", errand.sha256],
  },
  {
    label: "curl, sha256sum",
    programs: ["curl", "sha256sum"],
    hashes: true,
    command: (errand) =>
      sh(
        'curl -sSf -o "$1" "$2"; echo "$3  $1" | sha256sum -c --status',
        file(errand),
        errand.url,
        errand.sha256,
      ),
  },
  {
    label: "curl, openssl dgst",
    programs: ["curl", "openssl"],
    hashes: true,
    command: (errand) =>
      sh(
        'curl -sSf -o "$1" "$2"; [ "$(openssl dgst -sha256 -r "$1" | cut -c-64)" = "$3" ]',
        file(errand),
        errand.url,
        errand.sha256,
      ),
  },
  {
    label: "aria2c -x1 --checksum",
    programs: ["aria2c"],
    hashes: true,
    command: (errand) => [...aria(1, errand), `--checksum=sha-256=${errand.sha256}`, errand.url],
  },
  {
    label: "aria2c -x16 --checksum",
    programs: ["aria2c"],
    hashes: true,
    command: (errand) => [...aria(16, errand), `--checksum=sha-256=${errand.sha256}`, errand.url],
  },
];

export function available(contender: Contender): boolean {
  return contender.programs.every((program) => findProgram(program) !== null);
}
