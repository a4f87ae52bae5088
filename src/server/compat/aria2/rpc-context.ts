/** What the methods have to do with. */
import type { Plan } from "../../../job/catalog-contract.ts";
import type { Engine } from "../../../engine/engine-contract.ts";
import type { SettingsKeeper } from "../../../job/settings-contract.ts";
import type { ParseMetalink } from "../../parts.ts";
import type { JobShelf } from "./job-shelf.ts";
import type { Params } from "./read-params.ts";

export interface RpcContext {
  engine: Engine;
  shelf: JobShelf;
  plan: Plan;
  parseMetalink: ParseMetalink;
  settingsKeeper: Pick<SettingsKeeper, "view" | "change">;
  /** Where downloads go that name no folder. Absolute. */
  filesDir: string;
  /** Of this run of the server: 40 hexadecimal digits. */
  sessionId: string;
}

/** Answers what becomes `result`; throws `RpcError` for what it refuses. The signal aborts when who asked has gone. */
export type Method = (params: Params, context: RpcContext, signal: AbortSignal) => Promise<unknown>;
