/** The words after `npm run bench:control --`. */
import { parseArgs } from "node:util";

const DATABASES = ["sqlite", "postgres"] as const;
type Database = (typeof DATABASES)[number];

export interface ControlOptions {
  /** In the store. */
  jobs: number;
  /** Instances, each with a command that runs and is followed. */
  hosts: number;
  /** Event streams that are read as they come. */
  streams: number;
  /** Progress of jobs that is saved and sent, per second. */
  updates: number;
  /** How long the whole of it is looked at. */
  seconds: number;
  databases: readonly Database[];
  /** Which jobs are looked at and moved. */
  seed: number;
  /** Whether a server is loaded, or only the stores are asked. */
  serves: boolean;
  grows: boolean;
  /** Markdown file that the tables are written to, or null. */
  write: string | null;
}

const USAGE = `Usage: npm run bench:control -- [--quick] [--jobs 100000] [--hosts 1000] [--streams 500] [--updates 1000]
       [--seconds 60] [--database sqlite,postgres] [--only grow|serve] [--seed N] [--write FILE]`;

const FULL = { jobs: "100000", hosts: "1000", streams: "500", updates: "1000", seconds: "60" };
/** Under a minute: whether it works at all, not what it comes to. */
const QUICK = { jobs: "2000", hosts: "10", streams: "40", updates: "40", seconds: "5" };

export function readOptions(args: readonly string[]): ControlOptions {
  const text = { type: "string" } as const;
  const options = {
    quick: { type: "boolean", default: false },
    jobs: text,
    hosts: text,
    streams: text,
    updates: text,
    seconds: text,
    database: text,
    only: text,
    seed: text,
    write: text,
  } as const;
  try {
    const { values } = parseArgs({ options, args: [...args] });
    const sizes = values.quick ? QUICK : FULL;
    const count = (name: keyof typeof FULL): number => readCount(name, values[name] ?? sizes[name]);
    return {
      jobs: count("jobs"),
      hosts: count("hosts"),
      streams: count("streams"),
      updates: count("updates"),
      seconds: count("seconds"),
      databases: DATABASES.filter((name) => (values.database ?? DATABASES.join()).split(",").includes(name)),
      seed: readCount("seed", values.seed ?? String(Date.now() % 2 ** 31)),
      serves: values.only !== "grow",
      grows: values.only !== "serve",
      write: values.write ?? null,
    };
  } catch (error) {
    console.error(`bench:control: ${(error as Error).message}\n${USAGE}`);
    return process.exit(2);
  }
}

function readCount(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`--${name} is a whole number, not '${text}'`);
}
