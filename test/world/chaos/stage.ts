/** What troubles and people act on, and what is counted meanwhile. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobListMessage } from "../../../src/wire/requests.ts";
import type { ChaosRig } from "./chaos-rig.ts";
import type { ChaosNode } from "./chaos-node.ts";
import type { Trouble } from "./plan-chaos.ts";

export interface Stage {
  rig: ChaosRig;
  /** Jobs a person has cancelled. */
  cancelled: Set<string>;
  /** Promises that were broken; sentences. */
  broken: string[];
  note: (text: string) => void;
}

/** What ends a trouble. */
export type End = () => Promise<void>;
export type Begin = (stage: Stage, trouble: Trouble) => Promise<End>;

/** Nothing has to be ended. */
export const OVER: End = async () => {};

export function nodeOf({ rig }: Stage, { target }: Trouble): ChaosNode {
  return rig.nodes[target] as ChaosNode;
}

export interface Asked<T> {
  status: number;
  body: T;
}

/** A person gives up on a page that does not load, and looks at another one. */
const PATIENCE_MS = 20_000;

/** One call to a node that may be down, frozen or cut off; null where no answer came. */
export async function ask<T>(
  node: ChaosNode,
  path: string,
  method = "GET",
  body?: unknown,
): Promise<Asked<T> | null> {
  const { url } = node;
  if (url === null) return null;
  const json = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  try {
    const response = await fetch(url + path, {
      method,
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : json),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as T };
  } catch {
    return null;
  }
}

/** The same, of whichever node answers. */
export async function askAny<T>(
  { rig }: Stage,
  path: string,
  method = "GET",
  body?: unknown,
): Promise<Asked<T> | null> {
  for (const node of rig.nodes) {
    const answer = await ask<T>(node, path, method, body);
    if (answer !== null && answer.status < 500) return answer;
  }
  return null;
}

const PAGE = 500;

/** All jobs there are, as one of the nodes shows them; null where none does. */
export async function listAll(asking: (path: string) => Promise<Asked<JobListMessage> | null>): Promise<{
  jobs: JobMessage[];
  cursor: number;
} | null> {
  const jobs: JobMessage[] = [];
  let cursor = 0;
  for (let page: string | null = ""; page !== null;) {
    const answer: Asked<JobListMessage> | null = await asking(
      `/jobs?limit=${PAGE}&sort=oldest${page === "" ? "" : `&cursor=${encodeURIComponent(page)}`}`,
    );
    if (answer?.status !== 200) return null;
    jobs.push(...answer.body.jobs);
    cursor = Number(answer.body.event_id);
    page = answer.body.next;
  }
  return { jobs, cursor };
}
