/** The end of an ssh process → what was the matter. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { DEFAULT_PORT } from "../connection/connection.ts";
import type { Connection } from "../connection/connection.ts";
import { classifyTrouble, explainTrouble, isBeforeLogin } from "./classify-trouble.ts";
import type { Trouble } from "./classify-trouble.ts";
import type { SshClient } from "./ssh-client.ts";

export type Finding =
  /** Known from ssh's messages. `onTheWay`: it was about a machine in between. */
  | { kind: "trouble"; trouble: Trouble; onTheWay: boolean; failure: Failure }
  | { kind: "failure"; failure: Failure };

/**
 * @param heard what the other side said in place of an answer
 * @param shared whether it was a session over a connection that stood already
 */
export async function findTrouble(
  client: SshClient,
  connection: Connection,
  heard: string,
  shared: boolean,
): Promise<Finding> {
  const { error, code } = await client.process.ended;
  if (error !== null)
    return {
      kind: "failure",
      failure: failure("ssh_failed", `ssh could not be started: ${error}.`, START_ADVICE),
    };
  const said = await client.said();
  const errors = client.process.errors();
  const loggedIn = shared || LOGGED_IN.test(said);
  const trouble = classifyTrouble(said);
  if (!loggedIn && (trouble === null || trouble === "kex_closed")) {
    // What ssh says of a machine in between comes from a second ssh, over standard error. All we see of it here
    // is a connection that closes before it began.
    const before = classifyTrouble(errors);
    if (before !== null && isBeforeLogin(before)) {
      const found = explainTrouble(before, `a machine on the way to ${nameOf(connection)}`, errors);
      return { kind: "trouble", trouble: before, onTheWay: true, failure: found };
    }
  }
  const known = (trouble: Trouble): Finding => {
    const found = explainTrouble(trouble, nameOf(connection), `${said}\n${errors}`);
    return { kind: "trouble", trouble, onTheWay: false, failure: found };
  };
  if (trouble !== null) return known(trouble);
  const stopped = client.process.wasStopped();
  const broke = code === SSH_FAILED && loggedIn && !stopped;
  if (broke && heard.trim() === "") return known("link_lost");
  if (stopped && !loggedIn) return known("timed_out");
  const spoken = heard.trim() || errors.trim();
  if (stopped && spoken === "") return { kind: "failure", failure: tooSlow(connection) };
  // If it broke: it may have been a login file that spoke before. And if it took too long: a machine with much to do.
  const found = explainSilence(connection, said, spoken, loggedIn);
  return { kind: "failure", failure: { ...found, retryable: broke || stopped } };
}

/** Said by ssh itself, at LogLevel VERBOSE: `Authenticated to 1.2.3.4 ([1.2.3.4]:22) using "publickey".` */
const LOGGED_IN = /^Authenticated to /m;

/** ssh(1), EXIT STATUS: the remote command's, or this if an error occurred. */
const SSH_FAILED = 255;

const START_ADVICE = { advice: "Install OpenSSH's client (openssh-client) on this machine." };

function explainSilence(connection: Connection, said: string, heard: string, loggedIn: boolean): Failure {
  const line = heard.split("\n").find((line) => line.trim() !== "");
  const words = line === undefined ? "" : `: it says '${line.trim().slice(0, 120)}'`;
  if (loggedIn || line !== undefined)
    return failure("no_shell", `${nameOf(connection)} took the login but runs no commands${words}.`);
  const last = said.trim().split("\n").at(-1) ?? "";
  return failure(
    "ssh_failed",
    `ssh to ${nameOf(connection)} ended ${last === "" ? "without saying why" : `with '${last.slice(0, 200)}'`}.`,
  );
}

function tooSlow(connection: Connection): Failure {
  return failure("timed_out", `${nameOf(connection)} took the login, but no command answered in time.`, {
    advice: "The instance, or this machine, may have too much to do; it is tried again.",
  });
}

/** `root@1.2.3.4, port 44686`. */
export function nameOf({ user, host, port }: Connection): string {
  const who = user === null ? host : `${user}@${host}`;
  return port === null || port === DEFAULT_PORT ? who : `${who}, port ${port}`;
}
