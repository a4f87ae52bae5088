/** What all connections of this server share. */
import type { Connection } from "../connection/connection.ts";
import type { Environment } from "../spawn-process.ts";
import type { Turns } from "../take-turns.ts";

export interface SshSettings {
  /** OpenSSH's client; a path, or a name that is looked for on PATH. */
  program: string;
  /** What it sees of our environment: HOME, PATH, SSH_AUTH_SOCK. */
  environment: Environment;
  /** Our own: which host keys a person has accepted. */
  knownHostsPath: string;
  /** Brings that file up to date: another machine may have been told of a key. */
  refreshKeys: () => Promise<void>;
  /** The person's configurations (`~/.ssh/config`, `/etc/ssh/ssh_config`), read after what is ours. */
  configPaths: readonly string[];
  /** Private to us, with a path short enough for sockets. */
  folder: string;
  /** How many connections may be on their way at once. */
  openings: Openings;
  /** Called when a connection stands; `again`: the one before was lost. */
  linkUp: (again: boolean) => void;
}

/** Turns of connecting. */
export interface Openings {
  /** Of the first machine on the way, where it is not the instance itself. */
  through: (jump: string) => Turns;
  all: Turns;
}

/** An instance as the rest of the program knows it. */
export interface SshHost {
  /** Lower-case letters, digits and `-`. Trust is tied to it, not to an address that providers give away again. */
  id: string;
  connection: Connection;
}

/** Seconds until a connection has to stand: TCP, banner, keys (ssh_config, ConnectTimeout). */
export const CONNECT_TIMEOUT_S = 15;
/** With the count a dead link is noticed in 15 to 20 s, well within the 30 s we promise. */
export const ALIVE_INTERVAL_S = 5;
export const ALIVE_COUNT = 3;
/** From the start of ssh to the first answer of the shell there, and for each machine in between again. */
export const OPENING_LIMIT_MS = 30_000;
/** A connection that nobody uses is closed after this. */
export const IDLE_LIMIT_MS = 60_000;
/**
 * Questions asked of one instance at once. Whoever follows a run is not counted: that is as many as the queue runs
 * there. sshd takes ten sessions on a connection (sshd_config, MaxSessions); for more ssh opens further ones.
 */
export const MAX_BRIEF_SESSIONS = 4;
/** Connections on their way at once: each costs a tenth of a second of a processor here, and has 30 s for all of it. */
export const MAX_OPENINGS = 16;
/** sshd_config, MaxStartups: 10:30:100. From ten on a jump host turns some of them away. */
export const MAX_OPENINGS_PER_JUMP = 6;
