/** Hosts as people name them. */
import type { Client } from "../../client/create-client.ts";
import { matchHosts } from "../../job/match-hosts.ts";
import type { HostMessage } from "../../wire/hosts.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { shortId } from "../queue/job-words.ts";

export type HostFound =
  | { kind: "one"; host: HostMessage }
  | { kind: "none"; message: string; code: ExitCode }
  | { kind: "several"; message: string; code: ExitCode };

export async function findHost(client: Pick<Client, "hosts">, word: string): Promise<HostFound> {
  const hosts = (await client.hosts.list()).map((host) => ({ ...host, instanceId: host.instance_id }));
  const [found, ...more] = matchHosts(hosts, word);
  if (found === undefined)
    return {
      kind: "none",
      message: `There is no host called ${cleanText(JSON.stringify(word))}; 'haulyard hosts' shows which there are.`,
      code: EXIT.notFound,
    };
  const { instanceId: _, ...host } = found;
  if (more.length === 0) return { kind: "one", host };
  const names = [found, ...more].map((each) => `${shortId(each.id)} (port ${each.port})`).join(", ");
  return {
    kind: "several",
    message: `${cleanText(word)} may be one of several: ${names}. Give more of the id, or address:port.`,
    code: EXIT.usage,
  };
}

/** Whether a word that names no host may be a way to one. */
export function looksLikeConnection(word: string): boolean {
  return /[\s@]|^\S+:\/\/|:\d+$/.test(word.trim());
}
