import { expect, test } from "vitest";
import { NO_LIMITS } from "../../job/host.ts";
import type { Host, HostLimits } from "../../job/host.ts";
import type { Job, TransferStep } from "../../job/job.ts";
import type { CommandParts, CommandRun } from "./command-parts.ts";
import { makeSpec } from "./make-run.ts";

const STEP: TransferStep = {
  kind: "transfer",
  url: "https://a.example/one.bin",
  mirrors: [],
  folder: "/data",
  name: "one.bin",
  size: 9,
  checksum: { algorithm: "sha256", hex: "00", origin: "request" },
  headers: {},
  ifExists: "refuse",
};

/** What the tool on the instance is told of its rate; 0 is none. */
async function rateTold(
  job: number | null,
  limits: Partial<HostLimits>,
  origin: number | null,
): Promise<string> {
  const run: Pick<CommandRun, "job" | "step" | "transfer" | "host" | "index" | "signal"> = {
    job: { limitBytesPerSecond: job } as Job,
    step: { kind: "command" } as CommandRun["step"],
    transfer: STEP,
    host: { limits: { ...NO_LIMITS, ...limits } } as Host,
    index: 0,
    signal: new AbortController().signal,
  };
  const parts: Pick<CommandParts, "credentials" | "pathFolders" | "originRate" | "perHost"> = {
    credentials: {
      hfToken: null,
      hfEndpoint: "https://huggingface.co",
      civitaiApiKey: null,
      civitaiEndpoint: "https://civitai.com",
    },
    pathFolders: [],
    originRate: (url) => (url === STEP.url ? origin : null),
    perHost: () => 2,
  };
  const id = { job: "one" } as unknown as Parameters<typeof makeSpec>[0];
  const outcome = await makeSpec(id, run as CommandRun, parts as CommandParts);
  if (outcome.kind !== "spec") throw new Error(outcome.failure.message);
  return /\bhy_rate=(\d+)/.exec(outcome.spec.steps.join("\n"))?.[1] ?? "not told";
}

test("the tool that fetches a file on an instance is told the least of its limits", async () => {
  expect(await rateTold(null, {}, null)).toBe("0");
  expect(await rateTold(5000, {}, null)).toBe("5000");
  expect(await rateTold(5000, {}, 3000)).toBe("3000");
  expect(await rateTold(null, { bytesPerSecond: 9000 }, null), "two may run there").toBe("4500");
  expect(await rateTold(null, { bytesPerSecond: 9000, jobs: 3 }, null)).toBe("3000");
});
