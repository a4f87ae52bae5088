/** `haulyard hosts add`. */
import { LABELS_FORM, parseLabels } from "../../job/labels.ts";
import type { Labels } from "../../job/node-contract.ts";
import type { HostRequest } from "../../wire/hosts.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { shortId } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { readRate } from "../read-words.ts";
import { openTerminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { hostLine } from "./host-words.ts";

/** As commander gives them. */
export interface AddHostOptions {
  label?: string;
  uiHome?: string;
  tag?: string[];
  jobs?: string;
  needs?: string;
  limitRate?: string;
  json?: true;
}

export async function runAddHost(connection: string, options: AddHostOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const { host, notes, created } = await connect().hosts.add(requestOf(connection, options));
  if (options.json === true) {
    sayJson(terminal, { host, notes, created });
    return EXIT.done;
  }
  terminal.print(`${created ? "added" : "there already"}  ${hostLine(host)}`);
  for (const note of notes) terminal.tell(`  ${cleanText(note)}`);
  if (host.last_seen_at === null) terminal.tell(`  Next: haulyard hosts verify ${shortId(host.id)}`);
  return EXIT.done;
}

function requestOf(
  connection: string,
  { label, uiHome, tag, jobs, needs, limitRate }: AddHostOptions,
): HostRequest {
  const limits = {
    ...(jobs === undefined ? {} : { jobs: readCount(jobs) }),
    ...(limitRate === undefined
      ? {}
      : { limit_rate: limitRate.toLowerCase() === "none" ? null : readRate(limitRate) }),
  };
  return {
    ssh_connection: connection,
    ...(label === undefined ? {} : { label }),
    ...(uiHome === undefined ? {} : { ui_home: uiHome }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(needs === undefined ? {} : { needs: readNeeds(needs) }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

function readNeeds(text: string): Labels {
  const needs = text.trim().toLowerCase() === "none" ? {} : parseLabels(text);
  if (needs === null)
    throw new UsageError(`--needs: expected ${LABELS_FORM}, or none, got ${JSON.stringify(text)}.`);
  return needs;
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new UsageError(`--jobs: expected a whole number from 1, got ${JSON.stringify(text)}.`);
  return Number(text);
}
