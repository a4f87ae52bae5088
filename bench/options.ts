/** The words after `npm run bench --`. */
import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Of a large file. Bytes. */
  size: number;
  rounds: number;
  /** Where synced files go: on a real disk. */
  disk: string;
  /** Beginnings of labels; null: everybody. */
  only: readonly string[] | null;
  /** Names of cases; null: all. */
  cases: readonly string[] | null;
  /** Markdown file that the tables are written to, or null. */
  write: string | null;
}

const USAGE = `Usage: npm run bench -- [--size 4G] [--rounds 5] [--case NAME,NAME] [--only LABEL,LABEL] [--disk DIR] [--write FILE]`;

export function readOptions(args: readonly string[]): BenchOptions {
  const options = {
    size: { type: "string", default: "4G" },
    rounds: { type: "string", default: "5" },
    disk: { type: "string", default: "/var/tmp" },
    only: { type: "string" },
    case: { type: "string" },
    write: { type: "string" },
  } as const;
  try {
    const { values } = parseArgs({ options, args: [...args] });
    return {
      size: readSize(values.size),
      rounds: readCount(values.rounds),
      disk: values.disk,
      only: values.only?.split(",") ?? null,
      cases: values.case?.split(",") ?? null,
      write: values.write ?? null,
    };
  } catch (error) {
    console.error(`bench: ${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

function readSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMG]?)$/i.exec(text);
  const unit = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }[(match?.[2] ?? "").toUpperCase()];
  const bytes = Math.round(Number(match?.[1]) * (unit ?? Number.NaN));
  if (bytes >= 1) return bytes;
  throw new Error(`--size is bytes or a number with K, M or G, not '${text}'`);
}

function readCount(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new Error(`--rounds is a number from 1 to 999, not '${text}'`);
}
