/** What was measured, as tables. */
import { layOut } from "../table.ts";
import type { Growth } from "./grow.ts";
import type { Served } from "./serve.ts";
import { inMs } from "./timings.ts";

/** One line for each verb, one column for each size of the queue: medians and 99th percentiles. */
export function growthTable(found: readonly Growth[]): string {
  const parts = Map.groupBy(found, ({ database }) => database);
  return [...parts]
    .map(([database, sizes]) => {
      const verbs = Object.keys(sizes[0]?.took ?? {});
      const rows = verbs.map((verb) => [
        verb,
        ...sizes.map(({ took }) => {
          const timing = took[verb];
          return timing === undefined ? "" : `${inMs(timing.median)} / ${inMs(timing.p99)}`;
        }),
      ]);
      const rates = ["claims a second", ...sizes.map(({ claimsPerSecond }) => claimsPerSecond.toFixed(0))];
      const costs = ["processor ms a claim", ...sizes.map(({ claimCpuMs }) => claimCpuMs.toFixed(2))];
      const head = [database, ...sizes.map(({ jobs }) => `${jobs.toLocaleString("en")} jobs`)];
      return layOut(head, [...rows, rates, costs]);
    })
    .join("\n\n");
}

/** One column for each database. */
export function servedTable(served: readonly Served[]): string {
  const asked = Object.keys(served[0]?.took ?? {});
  const row = (what: string, of: (one: Served) => string): string[] => [what, ...served.map(of)];
  const rows = [
    ...asked.map((what) =>
      row(`${what}: median / 99 % / worst, ms`, ({ took }) => {
        const timing = took[what];
        return timing === undefined
          ? ""
          : `${inMs(timing.median)} / ${inMs(timing.p99)} / ${inMs(timing.worst)}`;
      }),
    ),
    row("event loop late: mean / 99 % / worst, ms", ({ lag }) =>
      [lag.mean, lag.p99, lag.worst].map(inMs).join(" / "),
    ),
    row("of a processor", ({ processor }) => `${(processor * 100).toFixed(0)} %`),
    row("memory (resident), MiB", ({ residentMiB }) => residentMiB.toFixed(0)),
    row("jobs at work that move", ({ running }) => String(running)),
    row("events of progress a second and stream", ({ eventsPerSecond }) => eventsPerSecond.toFixed(1)),
    row("sent to all streams, MiB a second", ({ sentMiBPerSecond }) => sentMiBPerSecond.toFixed(0)),
    row("streams that broke off", ({ broken }) => String(broken)),
    row("until all commands were followed, s", ({ startSeconds }) => startSeconds.toFixed(0)),
    row("processes that wanted a processor (load)", ({ load }) => load.toFixed(1)),
  ];
  return layOut(["", ...served.map(({ database }) => database)], rows);
}
