import type { Locks } from "../../job/lock-contract.ts";
import type { PlanOptions } from "../plan.ts";
import { createContext } from "../plan.ts";
import { locate, planLock } from "./plan-lock.ts";
import { readLock } from "./read-lock.ts";
import { writeLock } from "./write-lock.ts";

export function createLocks(options: PlanOptions): Locks {
  const contextNow = createContext(options);
  return {
    read: readLock,
    write: writeLock,
    plan: async (entries, to) => planLock(entries, to, await contextNow()),
    locate: async (path) => locate(path, await contextNow()),
  };
}
