/** All instances of a server: one shell each, and what they share. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { acceptHostKey } from "../host-keys/accept-host-key.ts";
import { askHostKey } from "../host-keys/ask-host-key.ts";
import { knownHostsOf } from "../host-keys/shared-keys.ts";
import type { SharedKeys } from "../host-keys/shared-keys.ts";
import type { KeyAccepted, KeyAnswer } from "../../job/host-contract.ts";
import type { HostKeyQuestion } from "../../job/job-state.ts";
import { formatConnection } from "../connection/format-connection.ts";
import type { Shell } from "../shell.ts";
import type { Environment } from "../spawn-process.ts";
import { createOpenings } from "./openings.ts";
import { createPrivateFolder } from "./private-folder.ts";
import { keyNameOf } from "./ssh-client.ts";
import type { SshHost, SshSettings } from "./ssh-settings.ts";
import { createSshShell } from "./ssh-shell.ts";
import type { SshShellOptions } from "./ssh-shell.ts";
import { prepareConfig } from "./write-config.ts";

export interface SshOptions {
  program?: string;
  /** What ssh sees of our environment: HOME, PATH, SSH_AUTH_SOCK. */
  environment: Environment;
  /** Kept with our data. */
  knownHostsPath: string;
  /** The list that machines share, which the file is written from; none: the file is the truth. */
  sharedKeys?: SharedKeys;
  /** `~/.ssh/config` and `/etc/ssh/ssh_config`, whether they exist or not. */
  configPaths: readonly string[];
  /** `os.tmpdir()`. */
  temporaryFolder: string;
  /** Called when a connection stands; `again`: the one before was lost. */
  linkUp?: (again: boolean) => void;
  shell?: SshShellOptions;
}

export interface Ssh extends AsyncDisposable {
  /**
   * The shell of an instance: the same one however often it is asked for, until the instance's connection is
   * another one. Closed with everything else.
   */
  shellOf(host: SshHost): Shell;
  /** Closes the connection to an instance that is not needed any more. */
  leave(hostId: string): Promise<void>;
  /** Which keys the instance offers now, as a question; `known` if they are trusted. */
  askHostKey(host: SshHost, signal: AbortSignal): Promise<KeyAnswer>;
  acceptHostKey(question: HostKeyQuestion, fingerprint: string | null): Promise<KeyAccepted>;
  /** The instance is gone for good: another one may get its record's keys asked anew. */
  forgetHostKey(hostId: string): Promise<void>;
}

export async function createSsh(options: SshOptions): Promise<Ssh> {
  const knownHosts = knownHostsOf(options.knownHostsPath, options.sharedKeys ?? null);
  const settings: SshSettings = {
    refreshKeys: () => knownHosts.refresh(),
    program: options.program ?? "ssh",
    environment: options.environment,
    knownHostsPath: options.knownHostsPath,
    configPaths: options.configPaths,
    folder: await createPrivateFolder(options.temporaryFolder),
    openings: createOpenings(),
    linkUp: options.linkUp ?? (() => {}),
  };
  const shells = new Map<string, { connection: string; shell: Shell }>();
  const leave = async (hostId: string): Promise<void> => {
    const entry = shells.get(hostId);
    shells.delete(hostId);
    await entry?.shell.close();
  };
  return {
    shellOf: (host) => {
      const connection = formatConnection(host.connection);
      const entry = shells.get(host.id);
      if (entry?.connection === connection) return entry.shell;
      void leave(host.id);
      const shell = createSshShell(settings, host, options.shell);
      shells.set(host.id, { connection, shell });
      return shell;
    },
    leave,
    askHostKey: async (host, signal) => {
      const turn = await settings.openings.all.take(signal);
      if (turn === null) return { kind: "stopped" };
      try {
        const configPath = join(settings.folder, "ask.conf");
        await settings.refreshKeys();
        await prepareConfig(settings, configPath);
        return await askHostKey(settings, configPath, host, signal);
      } finally {
        turn();
      }
    },
    acceptHostKey: (question, fingerprint) => acceptHostKey(knownHosts, question, fingerprint),
    forgetHostKey: (hostId) => knownHosts.forget(keyNameOf(hostId)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...shells.keys()].map(leave));
      await rm(settings.folder, { recursive: true, force: true });
    },
  };
}
