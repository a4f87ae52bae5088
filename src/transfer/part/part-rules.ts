/** What the writing of a partial file goes by. */
import type { DirectIo } from "../disk/direct-io.ts";
import type { Machinery } from "../machinery.ts";
import type { FlushRules } from "./part-flush.ts";

export interface PartRules extends FlushRules {
  /** What has come waits no longer than this to be written and claimed, however slow its connection is. */
  flushEveryMs: number;
  machinery: Machinery;
  directIo: DirectIo;
  /** Before the ledger or the file is replaced; rejects if they are somebody else's by now. */
  confirm: () => Promise<void>;
  /** After the ledger was renamed. */
  flushed: () => void | Promise<void>;
}
