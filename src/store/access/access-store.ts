/** Accounts, sessions, API keys and the audit log of the store: their verbs joined. */
import type { AccessStore } from "../../job/access-contract.ts";
import type { Backend } from "../backend.ts";
import {
  getAccount,
  hasAccounts,
  insertAccount,
  listAccounts,
  removeAccount,
  updateAccount,
} from "./accounts.ts";
import { forgetAudit, noteAudit, readAudit } from "./audit.ts";
import { findKey, insertKey, listKeys, removeKey, touchKey } from "./keys.ts";
import {
  dropExpired,
  endSessions,
  findSession,
  insertSession,
  listSessions,
  touchSession,
} from "./sessions.ts";

export function createAccessStore(backend: Backend): AccessStore {
  const { db } = backend;
  return {
    accounts: () => listAccounts(db),
    hasAccounts: () => hasAccounts(db),
    account: (name) => getAccount(db, name),
    insertAccount: (draft, now, onlyFirst = false) => insertAccount(backend, draft, now, onlyFirst),
    updateAccount: (name, patch, now) => updateAccount(backend, name, patch, now),
    removeAccount: (name) => removeAccount(backend, name),

    insertSession: (draft, now) => insertSession(backend, draft, now),
    sessionByHash: (hash, now) => findSession(db, "hash", hash, now),
    session: (id, now) => findSession(db, "id", id, now),
    sessions: (account, now) => listSessions(db, account, now),
    touchSession: (id, now, expiresAt) => touchSession(backend, id, now, expiresAt),
    endSessions: (filter) => endSessions(backend, filter),

    insertKey: (draft, now) => insertKey(backend, draft, now),
    keyByHash: (hash, now) => findKey(db, "hash", hash, now),
    key: (id, now) => findKey(db, "id", id, now),
    keys: () => listKeys(db),
    touchKey: (id, now) => touchKey(backend, id, now),
    removeKey: (id) => removeKey(backend, id),

    noteAudit: (entry) => noteAudit(backend, entry),
    audit: (query) => readAudit(db, query),
    tidyAccess: async (before, most, now) => {
      await forgetAudit(backend, before, most);
      await dropExpired(backend, now);
    },
  };
}
