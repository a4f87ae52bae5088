/** Whether machines that were told to give files to others of their site can do so. Nobody is asked for a file. */
import { request as httpRequest } from "node:http";
import type { IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Finding } from "../job/finding.ts";
import type { Labels, Node } from "../job/node-contract.ts";
import { SITE_LABEL, sharedPath } from "../job/sharing/sharing-contract.ts";

/** What the settings of this machine say of it. */
export interface SharingSettings {
  node: string;
  labels: Labels;
  databaseUrl: { kind: string };
  shareHost: string | null;
  shareUrl: string | null;
}

export type SharingMachine = Pick<Node, "name" | "labels" | "shareAddress" | "isAway">;

/** Within the same network an answer takes milliseconds. */
const TIMEOUT_MS = 5_000;
/** No job has this id: whoever gives files asks for a signature before it looks. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
const EVERYWHERE = new Set(["0.0.0.0", "::"]);
const HERE_ALONE = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/;
const SET_LABEL = "Say which site it is of: HAULYARD_LABELS=site=<name>.";

/** This machine, by its settings alone. Empty: it was not told to give files. */
export function checkOwnSharing({ labels, databaseUrl, shareHost, shareUrl }: SharingSettings): Finding[] {
  if (shareHost === null)
    return shareUrl === null
      ? []
      : [
          own(
            "hint",
            "HAULYARD_SHARE_URL is set, but this machine gives no files: nothing says where it is to listen",
            "Set HAULYARD_SHARE_HOST, too, or neither.",
          ),
        ];
  if (shareUrl === null && EVERYWHERE.has(shareHost))
    return [
      own(
        "problem",
        `HAULYARD_SHARE_HOST is ${shareHost}, every address of this machine: the others do not know which to ask`,
        "Say it in HAULYARD_SHARE_URL, as http://10.0.0.5:8868; without it no start succeeds.",
      ),
    ];
  if (databaseUrl.kind !== "postgres")
    return [
      own(
        "hint",
        "HAULYARD_SHARE_HOST is set, but this machine is the only one of its queue: nobody asks it for files",
        "Several machines need a PostgreSQL database between them: docs/postgresql.md.",
      ),
    ];
  const site = labels[SITE_LABEL];
  if (site === undefined)
    return [
      own(
        "hint",
        "HAULYARD_SHARE_HOST is set, but this machine has no label 'site': nobody asks it for files",
        SET_LABEL,
      ),
    ];
  if (shareUrl === null && HERE_ALONE.test(shareHost))
    return [
      own(
        "hint",
        `HAULYARD_SHARE_HOST is ${shareHost}: only programs of this machine reach it`,
        "Set it to an address that the others of its site reach.",
      ),
    ];
  return [own("ok", `This machine gives files to others of site ${site}`)];
}

/** The others, as they are known to the database; those that are there are asked whether they answer. */
export async function checkMachines(
  machines: readonly SharingMachine[],
  { node: here, labels }: Pick<SharingSettings, "node" | "labels">,
  signal: AbortSignal,
): Promise<Finding[]> {
  const there = machines.filter(({ isAway, name }) => !isAway || name === here);
  const giving = there.filter(({ shareAddress = null }) => shareAddress !== null);
  const asked = giving
    .filter(({ name }) => name !== here)
    .map((machine) => checkMachine(machine, labels[SITE_LABEL], signal));
  // Labels alone are no wish to share: somebody has to have begun with it.
  return [...(await Promise.all(asked)), ...(giving.length === 0 ? [] : sitesWithout(there))];
}

async function checkMachine(
  { name, labels, shareAddress }: SharingMachine,
  ownSite: string | undefined,
  signal: AbortSignal,
): Promise<Finding> {
  const site = labels[SITE_LABEL];
  const told = (state: Finding["state"], message: string, advice: string | null = null): Finding => ({
    area: "machines",
    name,
    state,
    message,
    advice,
  });
  if (site === undefined)
    return told(
      "hint",
      `${name} is told to give files to others, but has no label 'site': nobody asks it`,
      SET_LABEL,
    );
  const address = shareAddress ?? "";
  const trouble = await askFor(address, signal);
  if (trouble === null) return told("ok", `${name} gives files to others of site ${site}, and answers`);
  const message = `${name} gives files to others of site ${site} at ${address}, ${trouble} from here`;
  return site === ownSite
    ? told("problem", message, `Is the address right (HAULYARD_SHARE_URL of ${name}), and its port open?`)
    : told("hint", message, `That matters only to machines of site ${site}, which this one is not of.`);
}

/** Null: what gives files answers there. */
async function askFor(address: string, signal: AbortSignal): Promise<string | null> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { statusCode, headers } = await headOf(
      new URL(address.replace(/\/$/, "") + sharedPath(NOBODY, 0)),
      AbortSignal.any([signal, timeout]),
    );
    const isOurs = statusCode === 401 && headers["www-authenticate"] === "Haulyard";
    return isOurs ? null : `where something else answers (status ${statusCode ?? 0})`;
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return `which cannot be reached (${timeout.aborted ? "no answer" : why})`;
  }
}

/** Asked as transfers ask, without a proxy, and at any port: fetch leaves some out. */
function headOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const asked = request(url, { signal, agent: false }, (answer) => {
      resolve(answer);
      // Only its head is looked at, and whatever answers may go on for ever.
      asked.destroy();
    });
    asked.on("error", reject).end();
  });
}

/** Sites of several machines where nobody gives. */
function sitesWithout(there: readonly SharingMachine[]): Finding[] {
  const sites = new Map<string, SharingMachine[]>();
  for (const machine of there) {
    const site = machine.labels[SITE_LABEL];
    if (site !== undefined) sites.set(site, [...(sites.get(site) ?? []), machine]);
  }
  return [...sites]
    .filter(([, all]) => all.length > 1 && all.every(({ shareAddress = null }) => shareAddress === null))
    .map(([site, { length }]) => ({
      area: "machines",
      name: site,
      state: "hint",
      message: `Site ${site} has ${length} machines, and none of them gives files to others: each fetches for itself`,
      advice: "Set HAULYARD_SHARE_HOST on one of them at least.",
    }));
}

function own(state: Finding["state"], message: string, advice: string | null = null): Finding {
  return { area: "machines", name: "sharing", state, message, advice };
}
