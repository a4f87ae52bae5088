/** For tests whose jobs are transfers: there is no place for commands. */
import { join } from "node:path";
import { outputTools } from "../../shell/output/output-tools.ts";
import { JobLogs } from "../command/job-log.ts";
import type { EngineParts } from "../create-engine.ts";

export function noCommands(folder: string): Pick<EngineParts, "commands" | "perHost" | "laneLimits"> {
  return {
    perHost: () => 0,
    laneLimits: async () => [],
    commands: {
      hosts: {
        get: async () => null,
        runsAt: async () => null,
        lookAt: async () => ({ kind: "unknown" }),
        removeAt: async () => ({ kind: "unknown" }),
      },
      output: outputTools,
      logs: new JobLogs(join(folder, "logs/jobs")),
      storeId: "test",
      credentials: {
        hfToken: null,
        hfEndpoint: "https://huggingface.co",
        civitaiApiKey: null,
        civitaiEndpoint: "https://civitai.com",
      },
      fetch: async () => ({ kind: "aborted" }),
      refuse: () => null,
      pathFolders: [],
      unreachableMs: () => 600_000,
    },
  };
}
