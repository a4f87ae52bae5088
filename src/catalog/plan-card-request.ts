/** A resource card asked for as one source among others: on this machine or on an instance. */
import type { JobRequest, PlanOutcome, Refusal } from "../job/catalog-contract.ts";
import { missingTokens } from "./cards/missing-tokens.ts";
import { refuse, type Asked, type PlanContext, type Site } from "./read-request.ts";

/** Null if the source does not look like a card. */
export async function planCardRequest({
  checked: { request },
  site,
  context: { cards, huggingFace, civitai },
}: Asked): Promise<PlanOutcome | null> {
  const filepath = request.source.trim();
  if (!/\.md$/i.test(filepath)) return null;
  const refusal = refuseMore(request);
  if (refusal !== null) return refusal;
  const { priority, after } = request;
  const planned = await cards.planCard({ filepath, ...site, priority, after });
  if (planned.kind === "planned") {
    const commands = planned.draft.steps.filter((step) => step.kind === "command");
    const missing = missingTokens(commands, { huggingFace, civitai });
    return { ...planned, notes: [...(planned.notes ?? []), ...missing] };
  }
  if (planned.field !== "filepath") return planned;
  const { code, message, advice } = planned.failure;
  return refuse("source", code, `source: ${message}: ${JSON.stringify(filepath)}`, advice);
}

/** What says how one file is fetched means nothing to the commands of a card. */
function refuseMore(request: JobRequest): Refusal | null {
  const { path, sha256, size, headers, mirrors, limitBytesPerSecond, replace } = request;
  const { include, exclude, withInfo } = request;
  const given = [
    ["path", path !== null],
    ["sha256", sha256 !== null],
    ["size", size !== null],
    ["headers", Object.keys(headers).length > 0],
    ["mirrors", mirrors.length > 0],
    ["limit_rate", limitBytesPerSecond !== null],
    ["replace", replace],
    ["include", include.length > 0],
    ["exclude", exclude.length > 0],
    ["with_info", withInfo],
  ] as const;
  const field = given.find(([, isGiven]) => isGiven)?.[0];
  return field === undefined
    ? null
    : refuse(
        field,
        "unsupported",
        `${field} must not be given for a card: its commands say all`,
        "Leave it out.",
      );
}

/** Before the name of a machine that an instance may have, too. */
const NODE_PREFIX = "node:";

async function findNode(to: string, { node, nodes, uiHome }: PlanContext): Promise<Site | Refusal> {
  const known = await nodes();
  const name = to.startsWith(NODE_PREFIX) ? to.slice(NODE_PREFIX.length) : to;
  const found = known.find((each) => each.name === name);
  if (found !== undefined)
    return {
      place: { kind: "node", name },
      uiHome: found.folders["ui_home"] ?? uiHome,
      folders: found.folders,
    };
  const others = known.filter((each) => each.name !== node).map((each) => JSON.stringify(each.name));
  const machines =
    others.length === 0
      ? `this machine (${JSON.stringify(node)})`
      : `a machine (${[JSON.stringify(node), ...others].join(", ")})`;
  return refuse(
    "to",
    "unsupported",
    `to must name ${machines} or an instance that was added, got ${JSON.stringify(to)}`,
    "See 'haulyard hosts'; 'haulyard hosts add' adds one.",
  );
}

/** Where a request wants its job to run. */
export async function findSite(
  { to }: Pick<JobRequest, "to">,
  context: PlanContext,
): Promise<Site | Refusal> {
  const { node, uiHome, hosts } = context;
  if (to === null || to === node || to === NODE_PREFIX + node)
    return { place: { kind: "node", name: node }, uiHome };
  const [host, other] = to.startsWith(NODE_PREFIX) ? [] : await hosts.find(to);
  if (host === undefined) return findNode(to, context);
  if (other !== undefined)
    return refuse(
      "to",
      "unsupported",
      `to names several instances: ${JSON.stringify(to)}`,
      "Give the id of one of them, see 'haulyard hosts'.",
    );
  return { place: { kind: "ssh", hostId: host.id }, uiHome: hosts.uiHomeOf(host) };
}
