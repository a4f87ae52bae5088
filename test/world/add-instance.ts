/** An instance behind a real sshd becomes one of a server's, through the server's API. */
import type { HostMessage } from "../../src/wire/hosts.ts";
import { call } from "./api.ts";
import type { Answer } from "./api.ts";
import { waitFor } from "./haulyard.ts";
import type { Haulyard } from "./haulyard.ts";
import type { Sshd } from "./sshd.ts";

export interface InstanceToAdd {
  /** The name it is reached by. */
  at?: string;
  label?: string;
  /** `$UI_HOME` there. */
  uiHome: string;
}

/** Adds it, whose key nobody has looked at yet. Answers its id. */
export async function addInstance(
  { url }: Pick<Haulyard, "url">,
  sshd: Sshd,
  { at, label, uiHome }: InstanceToAdd,
): Promise<string> {
  const body = { ssh_connection: sshd.line(at), ui_home: uiHome, ...(label === undefined ? {} : { label }) };
  const added = await call<{ host: HostMessage }>(`${url}/hosts`, "POST", body);
  if (!worked(added)) throw new Error(`no instance was added: ${JSON.stringify(added.body)}`);
  return added.body.host.id;
}

/** Adds it, and accepts its key as somebody does who has compared it. Answers its id. */
export async function addTrustedInstance(
  server: Pick<Haulyard, "url">,
  sshd: Sshd,
  instance: InstanceToAdd,
): Promise<string> {
  const id = await addInstance(server, sshd, instance);
  const verify = (answer: object) => call(`${server.url}/hosts/${id}/verify`, "POST", answer);
  // On a machine that has much to do an sshd may run into its own time limit.
  await waitFor("its key to be shown", () => verify({}), worked);
  const accepted = await verify({ accept: true });
  if (!worked(accepted)) throw new Error(`its key was not accepted: ${JSON.stringify(accepted.body)}`);
  return id;
}

const worked = ({ status }: Answer<unknown>): boolean => status < 300;
