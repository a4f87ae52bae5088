/** Groups, and the machines they may be for, as the engine has them. */
import type { Clock } from "../job/clock.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { AwayMeter } from "./away-meter.ts";
import { addGroup } from "./add-group.ts";
import type { AddParts } from "./add-group.ts";
import type { Engine } from "./engine-contract.ts";
import type { EngineLog } from "./engine-log.ts";
import type { Feed } from "./feed.ts";
import type { GroupMeter } from "./group-meter.ts";
import { repeat } from "./repeat.ts";

/** Those who follow hear of groups this often at most. */
const LOOK_MS = 1_000;

interface Parts extends AddParts {
  store: Pick<JobStore, "groups" | "nodes">;
}

export function joinGroups(parts: Parts): Pick<Engine, "groups" | "nodes"> {
  const { groups, nodes } = parts.store;
  const { clock } = parts;
  return {
    groups: {
      get: (id) => groups.get(id),
      list: (limit, before) => groups.list(limit, before),
      look: (ids) => groups.look(ids),
      ownJobs: (id) => groups.ownJobs(id),
      add: (draft, wanted) => addGroup(draft, wanted, parts),
      forget: (id, jobs) => groups.forget(id, jobs, clock.now()),
    },
    nodes: () => nodes.list(clock.now()),
  };
}

/** Those who follow hear how far groups are, and jobs of other machines. */
export function tellHowFar(
  { clock, log }: { clock: Clock; log: EngineLog },
  { groups, away }: { groups: GroupMeter; away: AwayMeter | null },
  feed: Pick<Feed, "wake">,
  signal: AbortSignal,
): Promise<void> {
  const look = async (): Promise<void> => {
    const hasMoved = (await away?.look()) ?? false;
    if ((await groups.look()) || hasMoved) feed.wake();
  };
  return repeat("progress of groups and other machines", LOOK_MS, look, { clock, log, signal });
}
