/** The hosts of a server as the shell reaches them: over ssh, and this machine itself. */
import type { HostRef, Instances } from "../job/host-contract.ts";
import type { HostId } from "../job/host.ts";
import { systemClock } from "../job/clock.ts";
import type { Clock } from "../job/clock.ts";
import type { Runs } from "../job/run-contract.ts";
import { connectionOfHost, mergeConnections, readConnection } from "./connection/read-connection.ts";
import { createLocalShell } from "./local-shell.ts";
import { createRuns } from "./runs/create-runs.ts";
import type { RunsOptions } from "./runs/write-script.ts";
import type { SharedKeys } from "./host-keys/shared-keys.ts";
import { lookAtFiles } from "./scan/look-at-files.ts";
import { removeFiles } from "./scan/remove-files.ts";
import { scanHost } from "./scan/scan-host.ts";
import type { Shell } from "./shell.ts";
import { localEnvironment, sshEnvironment } from "./pick-environment.ts";
import type { Variables } from "./pick-environment.ts";
import { createSsh } from "./ssh/create-ssh.ts";
import type { Ssh } from "./ssh/create-ssh.ts";
import type { SshHost } from "./ssh/ssh-settings.ts";
import { tryConnection } from "./try-connection.ts";

export interface InstancesOptions {
  /** Our own environment; what ssh and commands here see of it is picked from it. */
  environment: Variables;
  /** Which host keys a person has accepted: kept with our data. */
  knownHostsPath: string;
  /** The list that machines share, which the file is written from; none: the file is the truth. */
  sharedKeys?: SharedKeys;
  /** Runs of this machine are kept here. */
  runsFolder: string;
  /** `os.tmpdir()`. */
  temporaryFolder: string;
  /** Put before PATH when tools are looked for. */
  toolFolders: readonly string[];
  clock?: Clock;
  /** Called when a connection to an instance stands; `again`: the one before was lost. */
  linkUp?: (again: boolean) => void;
  /** For tests: where and how runs are kept on instances. */
  runs?: Partial<RunsOptions>;
}

export interface OpenInstances extends Instances, AsyncDisposable {}

export async function createInstances(options: InstancesOptions): Promise<OpenInstances> {
  const { clock = systemClock, toolFolders, runs: runsOptions = {} } = options;
  const home = options.environment["HOME"] ?? "";
  const ssh = await createSsh({
    environment: sshEnvironment(options.environment),
    knownHostsPath: options.knownHostsPath,
    ...(options.sharedKeys === undefined ? {} : { sharedKeys: options.sharedKeys }),
    configPaths: [...(home === "" ? [] : [`${home}/.ssh/config`]), "/etc/ssh/ssh_config"],
    temporaryFolder: options.temporaryFolder,
    ...(options.linkUp === undefined ? {} : { linkUp: options.linkUp }),
  });
  const here = createLocalShell({ environment: localEnvironment(options.environment) });
  const runsHere = createRuns(here, { ...runsOptions, folder: options.runsFolder }, clock);
  const shellOf = (host: HostRef): Shell => ssh.shellOf(toSshHost(host));
  return {
    readConnection,
    mergeConnections,
    runsOn: (host) => createRuns(shellOf(host), runsOptions, clock),
    runsHere: (): Runs => runsHere,
    test: (host, signal) => tryConnection(shellOf(host), signal),
    scan: (host, uiHome, signal) => scanHost(shellOf(host), { uiHome, toolFolders, at: clock.now() }, signal),
    removeAt: (host, folder, paths, signal) => removeFiles(shellOf(host), folder, paths, signal),
    lookAt: (host, paths, signal) => lookAtFiles(shellOf(host), paths, signal),
    ...keysOf(ssh),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ssh[Symbol.asyncDispose](), here.close()]);
    },
  };
}

function keysOf(ssh: Ssh): Pick<OpenInstances, "askHostKey" | "acceptHostKey" | "leave" | "forget"> {
  return {
    askHostKey: (host, signal) => ssh.askHostKey(toSshHost(host), signal),
    acceptHostKey: (question, fingerprint) => ssh.acceptHostKey(question, fingerprint),
    leave: (id) => ssh.leave(id),
    forget: async (id: HostId) => {
      await ssh.leave(id);
      await ssh.forgetHostKey(id);
    },
  };
}

function toSshHost({ id, connection }: HostRef): SshHost {
  return { id, connection: connectionOfHost(connection) };
}
