/** A list pasted or read from a file: a plan for each of its lines, joined. */
import type { JobRequest, Plan, PlanOutcome } from "../../job/catalog-contract.ts";
import { joinPlans, planParts, withChecksum } from "../join-plans.ts";
import { refuse, refuseForMany, refusePatterns, type CheckedRequest } from "../read-request.ts";
import type { ListEntry } from "./list-entry.ts";
import { isFault } from "./list-entry.ts";
import { isListText, parseList } from "./parse-list.ts";

/** Lines of one list; each may ask a service. */
const MAX_ENTRIES = 10_000;

/** Null if the source is no list. */
export async function planList(
  checked: CheckedRequest,
  plan: Plan,
  signal: AbortSignal,
): Promise<PlanOutcome | null> {
  const { request } = checked;
  if (!isListText(request.source)) return null;
  const items = parseList(request.source);
  if (items.length > MAX_ENTRIES)
    return refuse(
      "source",
      "unsupported",
      `source: a list may have ${MAX_ENTRIES} lines, this one has ${items.length}`,
      "Give it in parts.",
    );
  const isSingle = items.length === 1;
  const wrong = isSingle ? null : (refuseForMany(checked) ?? refusePatterns(request));
  if (wrong !== null) return wrong;
  const planned = await planParts(
    items.map((item) => ({
      where: item.where,
      plan: async () =>
        isFault(item)
          ? refuse(
              "source",
              "unsupported",
              `source: ${item.where}: ${item.reason}`,
              "Correct this line of the list.",
            )
          : planEntry(item, request, isSingle, plan, signal),
    })),
  );
  const [only] = planned;
  if (isSingle && only !== undefined) return only.outcome;
  const { refusal, ...joined } = joinPlans(planned);
  if (joined.drafts.length > 0) return { kind: "many", title: `A list of ${planned.length}`, ...joined };
  if (refusal === null)
    return refuse("source", "unsupported", "source: the list holds no address", "Give one address per line.");
  return { ...refusal, skipped: joined.skipped };
}

async function planEntry(
  entry: ListEntry,
  request: JobRequest,
  isSingle: boolean,
  plan: Plan,
  signal: AbortSignal,
): Promise<PlanOutcome> {
  const [source = "", ...mirrors] = entry.urls;
  const { checksum } = entry;
  const headers = readHeaders(entry.headers);
  if (headers === null)
    return refuse(
      "headers",
      "unsupported",
      "a header has to be written 'Name: value'",
      "Correct this line of the list.",
    );
  const outcome = await plan(
    {
      ...request,
      source,
      mirrors: [...mirrors, ...request.mirrors],
      path: pathOf(entry, request.path, isSingle),
      sha256: checksum?.algorithm === "sha256" ? checksum.hex : request.sha256,
      headers: { ...without(request.headers, headers), ...headers },
    },
    signal,
  );
  // SHA-256 went along with the request.
  const isOther = checksum !== null && checksum.algorithm !== "sha256";
  return isOther ? withChecksum(outcome, { ...checksum, origin: "the list" }) : outcome;
}

/** Names are the same in any case (RFC 9110 §5.1); what the line says counts. */
function without(
  common: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(common).filter(([name]) => !names.has(name.toLowerCase())));
}

function readHeaders(lines: readonly string[]): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const at = line.indexOf(":");
    if (at < 1) return null;
    headers[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return headers;
}

/** The request's path is the folder of a list; `dir` is below it, `out` below that. */
function pathOf({ dir, out }: ListEntry, path: string | null, isSingle: boolean): string | null {
  if (dir === null && out === null) return path === null || isSingle ? path : asFolder(path);
  const folder = dir?.startsWith("/") === true ? asFolder(dir) : asFolder(path ?? "") + asFolder(dir ?? "");
  return out === null ? folder : folder + out;
}

function asFolder(path: string): string {
  return path === "" ? "" : `${path.replace(/\/+$/, "")}/`;
}
