/** What `haulyard add --dry-run --share site` would ask of the origins. */
import { SITE_LABEL } from "../../job/sharing/sharing-contract.ts";
import type { NodeMessage } from "../../wire/nodes.ts";
import type { PlanAnswer, PlannedJobMessage } from "../../wire/plan.ts";
import { formatBytes } from "../screen/format.ts";

type SharingNode = Pick<NodeMessage, "name" | "labels" | "share_address">;

/** In one sentence: how much comes from the origins, and how much that were if each machine fetched for itself. */
export function sharingLine({ plans }: PlanAnswer, nodes: readonly SharingNode[]): string {
  const wanted = plans.flatMap(({ jobs }) => jobs).filter(isFetched);
  const siteOf = sharingSites(plans.flatMap(({ jobs }) => jobs).map(machineOf), nodes);
  /** Of each file that a site shares what one of its machines lacks at most. */
  const once = new Map<string, number>();
  const all = wanted.map(missingBytes);
  for (const [index, job] of wanted.entries()) {
    const site = siteOf.get(machineOf(job) ?? "");
    const key =
      site === undefined || job.file === undefined ? `alone ${index}` : `shared ${job.file} ${site}`;
    once.set(key, Math.max(once.get(key) ?? 0, missingBytes(job)));
  }
  if (once.size === wanted.length)
    return "Fetching once per site spares nothing: it takes the same file for two machines of one site, one of which gives files to others.";
  if (wanted.some(({ size }) => size === null))
    return `Once per site: ${once.size} of ${wanted.length} files from their origin, the others from machines of the site.`;
  return `Once per site: ${formatBytes(sum(once.values()))} from the origin instead of ${formatBytes(sum(all))}.`;
}

/** What is there already, or is on the machine under another name, is asked of nobody. */
function isFetched({ state, trouble }: PlannedJobMessage): boolean {
  return trouble === null && (state === "new" || state === "begun");
}

function missingBytes({ size, bytes_done }: PlannedJobMessage): number {
  return Math.max(0, (size ?? 0) - bytes_done);
}

function machineOf({ place }: PlannedJobMessage): string | null {
  return place.kind === "node" ? place.name : null;
}

/** By machine the site with which it shares, as the server decides it: one of those asked for has to give files. */
function sharingSites(
  asked: readonly (string | null)[],
  nodes: readonly SharingNode[],
): ReadonlyMap<string, string> {
  const names = new Set(asked);
  const sites = Map.groupBy(
    nodes.filter(({ name }) => names.has(name)),
    ({ labels }) => labels[SITE_LABEL],
  );
  return new Map(
    [...sites].flatMap(([site, machines]) =>
      site !== undefined && machines.some((machine) => machine.share_address !== null)
        ? machines.map(({ name }) => [name, site] as const)
        : [],
    ),
  );
}

function sum(bytes: Iterable<number>): number {
  return [...bytes].reduce((total, each) => total + each, 0);
}
