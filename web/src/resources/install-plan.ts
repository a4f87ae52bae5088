/** What a plan of cards comes to on one machine: in what order, what is there, what is missing. Pure. */
import type { HostMessage, HostScanMessage } from "../../../src/wire/hosts.ts";
import type { PlanAnswer, PlannedJobMessage } from "../../../src/wire/plan.ts";

type Command = PlannedJobMessage["commands"][number];

export interface PlannedFile {
  folder: string;
  /** Null: the server or the tool chooses. */
  name: string | null;
  size: number | null;
  /** Null: nobody has looked, or cannot tell. */
  there: boolean | null;
}

export interface PlannedCommand {
  line: string;
  title: string | null;
  tool: Command["tool"];
  files: readonly PlannedFile[];
}

export interface PlannedCard {
  filepath: string;
  title: string;
  /** `there`: every file it fetches was seen on the machine. */
  state: "new" | "queued" | "there" | "refused";
  /** Why it is refused, or would fail. */
  problem: string | null;
  size: number | null;
  commands: readonly PlannedCommand[];
  notes: readonly string[];
}

/** Files a scan has seen, by absolute path. */
export interface Seen {
  folder: string;
  /** The scan has told all there are below the folder. */
  complete: boolean;
  bytes: ReadonlyMap<string, number>;
}

export function seenBy({ folder, files, more }: HostScanMessage): Seen {
  return {
    folder,
    complete: !more,
    bytes: new Map(files.map(({ path, bytes }) => [`${folder}/${path}`, bytes])),
  };
}

/** One for each plan, in their order. */
export function readPlans({ plans }: PlanAnswer, seen: Seen | null): PlannedCard[] {
  return plans.map(({ source, title, jobs: [job], error, notes }) => {
    if (job === undefined || error !== null) {
      const problem = error === null ? null : `${error.message} ${error.advice}`.trim();
      return { filepath: source, title, state: "refused", problem, size: null, commands: [], notes };
    }
    const commands = job.commands.map(({ line, title: name, tool, expects }) => ({
      line,
      title: name,
      tool,
      files: expects.map((file) => ({
        folder: file.folder,
        name: file.name,
        size: file.size,
        there: isThere(file, seen),
      })),
    }));
    return {
      filepath: source,
      title: job.name,
      state: stateOf(job, commands),
      problem: job.trouble === null ? null : `${job.trouble.message} ${job.trouble.advice}`.trim(),
      size: job.size,
      commands,
      notes,
    };
  });
}

function stateOf({ state }: PlannedJobMessage, commands: readonly PlannedCommand[]): PlannedCard["state"] {
  if (state === "queued" || state === "repeated") return "queued";
  const files = commands.flatMap((command) => command.files);
  const allThere = files.length > 0 && files.every(({ there }) => there === true);
  return state === "there" || allThere ? "there" : "new";
}

function isThere({ folder, name, size }: Command["expects"][number], seen: Seen | null): boolean | null {
  if (seen === null || name === null) return null;
  const path = `${folder.replace(/\/+$/, "")}/${name}`;
  const bytes = seen.bytes.get(path);
  if (bytes !== undefined) return size === null || size === bytes;
  return seen.complete && path.startsWith(`${seen.folder}/`) ? false : null;
}

export interface InstallSum {
  /** Tasks that would be queued. */
  count: number;
  /** As far as sizes are known. */
  bytes: number;
  /** Tasks of them whose size nobody knows. */
  unknown: number;
}

export function sumUpCards(cards: readonly PlannedCard[]): InstallSum {
  const made = cards.filter(({ state }) => state === "new");
  return {
    count: made.length,
    bytes: made.reduce((sum, { size }) => sum + (size ?? 0), 0),
    unknown: made.filter(({ size }) => size === null).length,
  };
}

/** Tool of a command → what of an instance does it; the others are no programs, or not known to be needed. */
const PROGRAMS: Partial<Record<Command["tool"], readonly string[]>> = {
  wget: ["wget"],
  wget2: ["wget2"],
  busybox: ["busybox"],
  curl: ["curl"],
  aria2c: ["aria2c"],
  civitdl: ["civitdl"],
  hf: ["hf", "huggingface-cli"],
  "git-lfs": ["git-lfs"],
  rclone: ["rclone"],
};

/** Tools that the commands call and the last scan did not find, each once; none while nobody has looked. */
export function missingTools(
  cards: readonly PlannedCard[],
  host: Pick<HostMessage, "scanned_at" | "tools">,
): string[] {
  if (host.scanned_at === null) return [];
  const found = new Set<string>(host.tools.map(({ tool }) => tool));
  const wanted = new Set(
    cards.filter(({ state }) => state === "new").flatMap(({ commands }) => commands.map(({ tool }) => tool)),
  );
  return [...wanted].filter((tool) => PROGRAMS[tool]?.some((program) => found.has(program)) === false);
}
