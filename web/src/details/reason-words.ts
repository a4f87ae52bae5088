/** Why a job's state changed, without what the state's own name says already and what only programs read. Pure. */
import type { Status } from "../../../src/wire/job-message.ts";

/** Of a lease: the machine's name, its process and an id of the run. */
const OWNER = /^(taken up by .+)\/\d+-[0-9a-f-]{36}$/;
const SAID_ALREADY = /^complete(?:: )?/;

export function reasonWords({ to, reason }: { to: Status; reason: string }): string {
  if (to === "COMPLETE") return reason.replace(SAID_ALREADY, "");
  return OWNER.exec(reason)?.[1] ?? reason;
}
