/** A file asked for by its http(s) address. */
import { join } from "node:path";
import type { PlanOutcome, Refusal } from "../job/catalog-contract.ts";
import { nameFromUrl } from "../job/file-name.ts";
import { isHttp, readHttpUrl } from "./http-url.ts";
import { refuse, refuseElsewhere, refuseOwnFolder, type Asked, type PlanContext } from "./read-request.ts";
import { resolveInside } from "./resolve-inside.ts";

export async function planUrl({ checked, site, context }: Asked): Promise<PlanOutcome | null> {
  const { request, mirrors, checksum } = checked;
  if (!isHttp(request.source)) return null;
  const elsewhere = refuseElsewhere(site);
  if (elsewhere !== null) return elsewhere;
  const { url, refusal } = readHttpUrl(request.source, "source");
  if (url === null) return refuse("source", "unsupported", refusal);
  const target = await findTarget(request.path, url, context);
  if (target.kind === "refused") return target;
  const { folder, name } = target;
  const own = refuseOwnFolder(folder, name, context);
  if (own !== null) return own;
  return {
    kind: "planned",
    draft: {
      source: { kind: "url", url },
      place: { kind: "node", name: context.node },
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

type Target = { kind: "target"; folder: string; name: string | null } | Refusal;

/** Where the file goes: into the downloads folder, unless the path says where in it or in the models folder. */
async function findTarget(path: string | null, url: string, { files, models }: PlanContext): Promise<Target> {
  if (path === null) return { kind: "target", folder: files.folder, name: plausibleName(url) };
  const isOfModels = path === models.folder || path.startsWith(`${models.folder}/`);
  const isOfFiles = path === files.folder || path.startsWith(`${files.folder}/`);
  if (path.startsWith("/") && !isOfModels && !isOfFiles)
    return refuse(
      "path",
      "path_refused",
      `path must stay inside the downloads folder (${files.folder}) or the models folder (${models.folder}): ${JSON.stringify(path)}`,
    );
  // The longer of two folders that lie in each other is the one that is meant.
  const root = isOfModels && !(isOfFiles && files.folder.length > models.folder.length) ? models : files;
  const inside = await resolveInside(root, path, url, "path");
  if (inside.kind === "refused") return refuse("path", "path_refused", inside.reason);
  const { folder, isFolder } = inside;
  return { kind: "target", folder, name: isFolder ? plausibleName(url) : inside.name };
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
