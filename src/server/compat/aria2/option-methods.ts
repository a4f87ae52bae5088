/** Methods that tell and change options: of one download, and of all. */
import { isEnded } from "../../../job/job-state.ts";
import type { Job } from "../../../job/job.ts";
import { redactHeaders } from "../../../job/redact.ts";
import { NO_LIMIT } from "../../../job/limit/rate-schedule.ts";
import { asking } from "../../access/asker.ts";
import { gidOf } from "./gid.ts";
import { folderOf, transferOf } from "./job-files.ts";
import { badOption, optionOf, readLimit } from "./option-value.ts";
import type { Struct } from "./read-params.ts";
import type { Method, RpcContext } from "./rpc-context.ts";
import { RpcError } from "./rpc-error.ts";

type Options = Readonly<Record<string, string>>;

/** What holds for every download, in aria2's words. */
const ALWAYS: Options = {
  "allow-piece-length-change": "false",
  "always-resume": "false",
  "auto-file-renaming": "false",
  "check-certificate": "true",
  continue: "true",
  "follow-torrent": "false",
  "max-upload-limit": "0",
};

const getOption: Method = async (params, { shelf }) => optionsOf(await shelf.find(params.text(0)));

const getGlobalOption: Method = async (_params, { engine, filesDir, settingsKeeper }) => {
  const atOnce = (await settingsKeeper.view()).find(({ name }) => name === AT_ONCE)?.value.text ?? null;
  const { limit } = engine.overallLimit().now;
  return {
    ...ALWAYS,
    "allow-overwrite": "false",
    dir: filesDir,
    ...(atOnce === null ? {} : { "max-concurrent-downloads": atOnce }),
    "max-download-limit": "0",
    // While downloads are switched off there is no number that says so: 0 would be none.
    ...(limit === "off" ? {} : { "max-overall-download-limit": limit === "none" ? "0" : String(limit) }),
    "max-overall-upload-limit": "0",
  };
};

const changeOption: Method = async (params, { shelf, engine }) => {
  const gid = params.text(0);
  const options = params.struct(1);
  const job = await shelf.find(gid);
  const refused = (): RpcError => new RpcError(`Cannot change option for GID#${gidOf(job.id)}`);
  if (isEnded(job.state)) throw refused();
  refuseFixed(options, FIXED);
  const limitBytesPerSecond = readLimit(options, "max-download-limit");
  if (limitBytesPerSecond === undefined) return "OK";
  const outcome = await engine.adjust(job.id, { limitBytesPerSecond });
  if (outcome.kind !== "done") throw refused();
  return "OK";
};

const changeGlobalOption: Method = async (params, { engine, settingsKeeper }) => {
  const options = params.struct(0);
  refuseFixed(options, FIXED_FOR_ALL);
  const limit = readLimit(options, "max-overall-download-limit");
  const atOnce = optionOf(options, "max-concurrent-downloads");
  if (atOnce !== null) await changeAtOnce(atOnce, settingsKeeper);
  if (limit !== undefined)
    await engine.changeOverallLimit(limit === null ? NO_LIMIT : { windows: [], otherwise: limit });
  return "OK";
};

const changeUri: Method = async (params, { shelf }) => {
  const gid = params.text(0);
  params.integerFrom(1, 1);
  params.list(2);
  params.list(3);
  const job = await shelf.find(gid);
  throw new RpcError(`The addresses of GID#${gidOf(job.id)} cannot be changed. Remove it and add it again.`);
};

export const OPTION_METHODS = {
  getOption,
  getGlobalOption,
  changeOption,
  changeGlobalOption,
  changeUri,
} as const satisfies Record<string, Method>;

/** Asked to change one of these, an OK would be a lie. Others tune what is done here by itself, or do not exist here. */
const FIXED: readonly string[] = [
  "all-proxy",
  "allow-overwrite",
  "checksum",
  "dir",
  "header",
  "http-passwd",
  "http-proxy",
  "http-user",
  "https-proxy",
  "load-cookies",
  "out",
  "referer",
  "user-agent",
];
const FIXED_FOR_ALL: readonly string[] = [
  ...FIXED,
  "max-download-limit",
  "optimize-concurrent-downloads",
  "save-session",
];

function refuseFixed(options: Struct, fixed: readonly string[]): void {
  for (const name of fixed) {
    if (Object.hasOwn(options, name)) throw badOption(name, "it cannot be changed here");
  }
}

/** The setting: downloads to this machine at a time. */
const AT_ONCE = "localJobs";

/** A setting, and as all settings an admin's. */
async function changeAtOnce(text: string, keeper: RpcContext["settingsKeeper"]): Promise<void> {
  const name = "max-concurrent-downloads";
  if (asking.getStore()?.role !== "admin") throw badOption(name, "it wants the role admin");
  const outcome = await keeper.change({ [AT_ONCE]: text });
  if (outcome.kind === "changed") return;
  const why = outcome.kind === "refused" ? outcome.problems[0].message : "there is no such setting";
  throw badOption(name, why.replace(/\.$/, ""));
}

/** Those that are known of a job. Secrets are left out. */
function optionsOf(job: Job): Options {
  const transfer = transferOf(job);
  const checksum = transfer?.checksum ?? null;
  const headers = Object.entries(redactHeaders(transfer?.headers ?? {}));
  return {
    ...ALWAYS,
    "allow-overwrite": String(transfer?.ifExists === "replace"),
    ...(checksum === null || checksum.algorithm === "blake3"
      ? {}
      : { checksum: `${CHECKSUM_NAMES[checksum.algorithm]}=${checksum.hex}` }),
    dir: folderOf(job),
    gid: gidOf(job.id),
    ...(headers.length === 0
      ? {}
      : { header: headers.map(([name, value]) => `${name}: ${value}\n`).join("") }),
    "max-download-limit": String(job.limitBytesPerSecond ?? 0),
    ...(transfer?.name == null ? {} : { out: transfer.name }),
  };
}

const CHECKSUM_NAMES = { sha256: "sha-256", sha512: "sha-512", sha1: "sha-1", md5: "md5" } as const;
