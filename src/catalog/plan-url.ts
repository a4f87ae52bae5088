/** A file asked for by its http(s) address. */
import { join } from "node:path";
import type { PlanOutcome } from "../job/catalog-contract.ts";
import { nameFromUrl } from "../job/file-name.ts";
import { findTarget } from "./find-target.ts";
import { isHttp, readHttpUrl } from "./http-url.ts";
import { refuse, refuseOwnFolder, refusePatterns, type Asked } from "./read-request.ts";

export async function planUrl({ checked, site, context }: Asked): Promise<PlanOutcome | null> {
  const { request, mirrors, checksum } = checked;
  if (!isHttp(request.source)) return null;
  const patterns = refusePatterns(request);
  if (patterns !== null) return patterns;
  const { url, refusal } = readHttpUrl(request.source, "source");
  if (url === null) return refuse("source", "unsupported", refusal);
  const { path } = request;
  const target =
    path === null
      ? { kind: "target" as const, folder: context.files.folder, name: null }
      : await findTarget(path, url, context);
  if (target.kind === "refused") return target;
  const { folder } = target;
  const name = target.name ?? plausibleName(url);
  const own = refuseOwnFolder(folder, name, context);
  if (own !== null) return own;
  return {
    kind: "planned",
    draft: {
      source: { kind: "url", url },
      place: site.place,
      steps: [
        {
          kind: "transfer",
          url,
          mirrors: mirrors.filter((mirror) => mirror !== url),
          folder,
          name,
          size: request.size,
          checksum,
          headers: request.headers,
          ifExists: request.replace ? "replace" : "refuse",
        },
      ],
      name: name ?? callIt(url),
      destination: name === null ? null : join(folder, name),
      priority: request.priority,
      limitBytesPerSecond: request.limitBytesPerSecond,
      after: request.after,
    },
  };
}

/** Endings of programs that make answers: what they answer with is called otherwise. */
const PROGRAM = /\.(?:php\d?|aspx?|ashx|cgi|jspx?|do|action|fcgi)$/i;

/**
 * The URL's file name if it looks like one: with an extension that has a letter in it. Null otherwise; then the
 * server tells the name, as it also does where a signed link says how the file is to be called.
 */
function plausibleName(url: string): string | null {
  if (/[?&](?:response-content-disposition|rscd)=/i.test(url)) return null;
  const name = nameFromUrl(url);
  return name !== null && /.\.(?=[A-Za-z0-9]*[A-Za-z])[A-Za-z0-9]{1,12}$/.test(name) && !PROGRAM.test(name)
    ? name
    : null;
}

/** What people may call a file whose name is not known yet: `host/last part of the path`. No query: it may be secret. */
function callIt(url: string): string {
  const { hostname } = new URL(url);
  return [hostname, nameFromUrl(url)].filter((part) => part !== null).join("/");
}
