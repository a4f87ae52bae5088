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
 * @param loggedIn whether the connection stood: what is wrong is wrong over there
 */
export async function findTrouble(
  client: SshClient,
  connection: Connection,
  heard: string,
  loggedIn: boolean,
): Promise<Finding> {
  const { error } = await client.process.ended;
  if (error !== null)
    return {
      kind: "failure",
      failure: failure("ssh_failed", `ssh could not be started: ${error}.`, START_ADVICE),
    };
  const said = await client.said();
  const trouble = classifyTrouble(said);
  const errors = client.process.errors();
  // What ssh says of a machine in between comes from a second ssh, over standard error. All we see of it here
  // is a connection that closes before it began.
  if ((trouble === null || trouble === "kex_closed") && !loggedIn) {
    const before = classifyTrouble(errors);
    if (before !== null && isBeforeLogin(before)) {
      const who = `a machine on the way to ${nameOf(connection)}`;
      return {
        kind: "trouble",
        trouble: before,
        onTheWay: true,
        failure: explainTrouble(before, who, errors),
      };
    }
  }
  if (trouble !== null) {
    const found = explainTrouble(trouble, nameOf(connection), `${said}\n${errors}`);
    return { kind: "trouble", trouble, onTheWay: false, failure: found };
  }
  return {
    kind: "failure",
    failure: explainSilence(connection, said, heard.trim() || errors.trim(), loggedIn),
  };
}

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

/** `root@1.2.3.4, port 44686`. */
export function nameOf({ user, host, port }: Connection): string {
  const who = user === null ? host : `${user}@${host}`;
  return port === null || port === DEFAULT_PORT ? who : `${who}, port ${port}`;
}
