/** A card, or commands that came from one, and where they are to run → the job that runs them. Changes nothing. */
import { posix } from "node:path";
import type { Card, CardCommand, CardLibrary } from "../../job/card-contract.ts";
import type {
  CardPlanner,
  CardRequest,
  CommandsRequest,
  Refusal,
  SinglePlan,
} from "../../job/catalog-contract.ts";
import { hasControl, refusePath } from "../../job/file-name.ts";
import type { CommandStep, ExpectedFile, JobDraft } from "../../job/job.ts";
import { REDACTED } from "../../job/redact.ts";
import { planCommand } from "../commands/plan-command.ts";
import type { PlannedCommand } from "../commands/plan-command.ts";
import { readCommand } from "../commands/read-command.ts";
import { refuse } from "../read-request.ts";
import { afterRunOf } from "../after-run.ts";

/** Commands of one job; a card has no more either. */
const MAX_COMMANDS = 200;

export function createCardPlanner(cards: CardLibrary): CardPlanner {
  return {
    planCard: async (request) => planCard(request, cards),
    planCommands: async (request) => planCommands(request, cards),
  };
}

async function planCard(request: CardRequest, cards: CardLibrary): Promise<SinglePlan> {
  const { filepath } = request;
  const found = (await cards.read()).byPath(filepath);
  if (found === null) {
    const refusal = refusePath(filepath, "the path");
    return refusal === null
      ? refuse("filepath", "not_found", "there is no card with this path", "See GET /resources/list.")
      : refuse("filepath", "path_refused", refusal);
  }
  if (!("facts" in found)) {
    const where = found.line === null ? "" : ` (line ${found.line})`;
    return refuse(
      "filepath",
      "unsupported",
      `the card cannot be used${where}: ${found.reason}`,
      "Correct the card.",
    );
  }
  const planned = planAll(found.commands, request, cards);
  if (planned.kind === "refused") return planned;
  const plan = draft(request, found.facts.title, withFacts(planned.steps, found));
  return { ...plan, draft: { ...plan.draft, ...afterRunOf(found.frontMatter) } };
}

async function planCommands(request: CommandsRequest, cards: CardLibrary): Promise<SinglePlan> {
  const { filepath } = request;
  const found = filepath === null ? null : (await cards.read()).byPath(filepath);
  const card = found !== null && "facts" in found ? found : null;
  const name = card?.facts.title ?? nameOf(request);
  // What we wrote ourselves has no secrets; the card still has them.
  if (card !== null && sameCommands(card.commands, request.commands))
    return planCard({ ...request, filepath: card.filepath }, cards);
  if (request.commands.length > MAX_COMMANDS)
    return refuse("commands", "unsupported", `there are more than ${MAX_COMMANDS} commands`);
  if (request.commands.some((line) => line.includes(REDACTED)))
    return refuse("commands", "unsupported", "a secret was taken out of a command", "Queue its card again.");
  const commands = request.commands.map((text) => ({ text, name: null, ...readCommand(text) }));
  const planned = planAll(commands, request, cards);
  return planned.kind === "refused"
    ? planned
    : draft({ ...request, filepath: filepath ?? name }, name, planned.steps);
}

function sameCommands(ofCard: readonly CardCommand[], commands: readonly string[]): boolean {
  return (
    ofCard.length === commands.length &&
    ofCard.every(({ text, shown }, at) => commands[at] === text || commands[at] === shown)
  );
}

function nameOf({ filepath, commands }: CommandsRequest): string {
  if (filepath !== null) return posix.basename(filepath, ".md");
  const [first] = commands.flatMap((text) => readCommand(text).calls);
  return first?.kind === "download" ? (first.fetches[0]?.file ?? first.tool) : (first?.program ?? "command");
}

type Steps = { kind: "steps"; steps: CommandStep[] };

function planAll(
  commands: readonly PlannedCommand[],
  { uiHome }: Pick<CardRequest, "uiHome">,
  cards: CardLibrary,
): Steps | Refusal {
  const refusal = refuseUiHome(uiHome);
  if (refusal !== null) return refuse("ui_home", "path_refused", refusal);
  for (const [index, command] of commands.entries()) {
    const verdict = cards.judge(command, uiHome);
    if (verdict.kind === "refused")
      return refuse(
        "commands",
        "unsupported",
        `command ${index + 1} may not run here: ${verdict.reason}`,
        "This server runs plain calls of known download tools only (HAULYARD_COMMANDS).",
      );
  }
  return { kind: "steps", steps: commands.map((command) => planCommand(command, uiHome)) };
}

/** Longest path of Linux, in characters. */
const MAX_PATH_LENGTH = 4096;

function refuseUiHome(uiHome: string): string | null {
  if (hasControl(uiHome) || uiHome.length > MAX_PATH_LENGTH) return "ui_home must be a path";
  const plain = uiHome === "/" ? "/" : uiHome.replace(/\/$/, "");
  return uiHome.startsWith("/") && posix.normalize(plain) === plain
    ? null
    : "ui_home must be an absolute path without '..', like /workspace/ComfyUI";
}

/** What the card says of its files: their hashes, and the size where there is only one of them. */
function withFacts(steps: readonly CommandStep[], card: Card): CommandStep[] {
  const files = steps.flatMap(({ expects }) => expects);
  const [only, other] = files;
  const isOnly = (file: ExpectedFile): boolean => file === only && other === undefined;
  const size = exactSize(card);
  const tell = (file: ExpectedFile): ExpectedFile => {
    const hash = card.facts.hashes.find((each) =>
      each.file === null ? isOnly(file) : each.file === file.name,
    );
    return {
      ...file,
      size: isOnly(file) ? size : null,
      checksum: hash === undefined ? null : { algorithm: "sha256", hex: hash.sha256, origin: "card" },
    };
  };
  return steps.map((step) => ({ ...step, expects: step.expects.map(tell) }));
}

/** Sizes that end in so many zeros were rounded by the person who wrote them. */
const ROUNDED = 100_000;

/** The size a card gives, unless it is a rounded one (`4.7 GB`): that says how long it takes, not what is right. */
function exactSize({ facts, frontMatter }: Card): number | null {
  const { size } = facts;
  if (size === null || size % ROUNDED === 0) return null;
  return Object.values(frontMatter).includes(size) ? size : null;
}

function draft(
  { filepath, place, priority, after }: CardRequest,
  name: string,
  steps: readonly CommandStep[],
): Extract<SinglePlan, { kind: "planned" }> {
  const job: JobDraft = {
    source: { kind: "card", filepath },
    place,
    steps,
    name,
    destination: destinationOf(steps),
    priority,
    limitBytesPerSecond: null,
    after,
  };
  return { kind: "planned", draft: job };
}

/** The one file it makes, where there is one and its path is known. */
function destinationOf(steps: readonly CommandStep[]): string | null {
  const [file, other] = steps.flatMap(({ expects }) => expects);
  return file?.name != null && other === undefined && file.folder.startsWith("/")
    ? posix.join(file.folder, file.name)
    : null;
}
