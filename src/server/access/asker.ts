/** Who a request comes from, known to whatever is done for it. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Role, Via } from "../../job/access-contract.ts";

export interface Asker {
  /** As the audit log calls them: an account, a key, a way of proof. */
  who: string;
  via: Via;
  /** What they may do; null: nobody is known to be there. */
  role: Role | null;
  /** Id of the session or of the key, which may end; null where nothing ends. */
  credential: string | null;
  /** Of the client, not of the proxy in between. */
  address: string;
}

/**
 * Who asks for what is being done right now; undefined in what the server does by itself. Kept beside the calls and not
 * in them: what a restricted asker may not do is decided far below the routes, and no new route can forget to say.
 */
export const asking = new AsyncLocalStorage<Asker>();
