/** What every store has to keep, written against the contract alone. */
import { describe } from "vitest";
import { describeAccess } from "./suite/access.suite.ts";
import { describeChanges } from "./suite/changes.suite.ts";
import { describeFiles } from "./suite/files.suite.ts";
import { describeGroups } from "./suite/groups.suite.ts";
import { describeHosts } from "./suite/hosts.suite.ts";
import { describeJobs } from "./suite/jobs.suite.ts";
import { describeLeases } from "./suite/leases.suite.ts";
import { describeLife } from "./suite/life.suite.ts";
import { describeLimits } from "./suite/limits.suite.ts";
import { describeMachines } from "./suite/machines.suite.ts";
import { describeNodes } from "./suite/nodes.suite.ts";
import { describeNotices } from "./suite/notices.suite.ts";
import { describePages } from "./suite/pages.suite.ts";
import { describeProcesses } from "./suite/processes.suite.ts";
import { describeQueue } from "./suite/queue.suite.ts";
import { describeSharing } from "./suite/sharing.suite.ts";
import { describeSettings } from "./suite/settings.suite.ts";
import type { OpenStore } from "./suite/under-test.ts";

const PARTS = [
  describeJobs,
  describeLeases,
  describeQueue,
  describePages,
  describeChanges,
  describeLimits,
  describeHosts,
  describeFiles,
  describeAccess,
  describeSettings,
  describeNodes,
  describeMachines,
  describeNotices,
  describeGroups,
  describeSharing,
  describeLife,
  describeProcesses,
];

export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    // Each in a scope of its own: a test opens the store of its part, not those of all others as well.
    for (const part of PARTS) {
      describe(part.name, () => {
        part(open);
      });
    }
  });
}
