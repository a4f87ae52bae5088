/** A process that starts a run on an instance and follows it, to be killed at any moment. It says what it sees. */
import type { RunSpec } from "../../src/job/run-contract.ts";
import { LOG_START } from "../../src/job/run-contract.ts";
import type { Connection } from "../../src/shell/connection/connection.ts";
import { createRuns } from "../../src/shell/runs/create-runs.ts";
import type { RunsOptions } from "../../src/shell/runs/write-script.ts";
import { createSsh } from "../../src/shell/ssh/create-ssh.ts";

export interface RunClientTask {
  /** Where its sockets lie. */
  folder: string;
  home: string;
  path: string;
  knownHostsPath: string;
  hostId: string;
  connection: Connection;
  runs: Partial<RunsOptions>;
  spec: RunSpec;
}

const task = JSON.parse(process.argv[2] ?? "") as RunClientTask;
const ssh = await createSsh({
  environment: { PATH: task.path, HOME: task.home },
  knownHostsPath: task.knownHostsPath,
  configPaths: [],
  temporaryFolder: task.folder,
});
const runs = createRuns(ssh.shellOf({ id: task.hostId, connection: task.connection }), task.runs);
const signal = new AbortController().signal;
process.stdout.write("ready\n");
const answer = await runs.start(task.spec, signal);
process.stdout.write(`${JSON.stringify(answer)}\n`);
for await (const event of runs.follow(task.spec.id, LOG_START, { signal, unreachableAfterMs: 60_000 }))
  process.stdout.write(`${event.kind}\n`);
