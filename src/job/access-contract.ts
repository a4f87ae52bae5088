/** Who may ask for what: accounts, sessions, API keys, and the book of what they did. */

/** Each may do what the ones before it may. */
export const ROLES = ["read", "operate", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role is enough where another one is needed. */
export function isEnough(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

export interface Account {
  /** Lower case; what a person signs in with. */
  name: string;
  role: Role;
  createdAt: number;
  passwordChangedAt: number;
}

/** Hashes of passwords leave the store here and nowhere else. */
export interface AccountSecret extends Account {
  /** As argon2's own string. */
  passwordHash: string;
}

export type AccountInsertOutcome =
  | "inserted"
  | "taken"
  /** The first account was asked for, and there is one already. */
  | "not_first";

export interface AccountPatch {
  role?: Role;
  passwordHash?: string;
}

/** One browser that somebody signed in with. */
export interface Session {
  id: string;
  account: string;
  role: Role;
  createdAt: number;
  lastUsedAt: number;
  expiresAt: number;
  /** Where it was begun, for the person who looks for strangers among them. */
  address: string;
  /** What the browser called itself. */
  agent: string;
}

export interface SessionDraft extends Pick<Session, "id" | "account" | "address" | "agent" | "expiresAt"> {
  /** SHA-256 of what the cookie holds. */
  hash: string;
}

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  createdAt: number;
  /** Who made it, as the audit log calls them. */
  createdBy: string;
  lastUsedAt: number | null;
  /** Null: it holds until it is revoked. */
  expiresAt: number | null;
}

export interface ApiKeyDraft extends Pick<ApiKey, "id" | "name" | "role" | "createdBy" | "expiresAt"> {
  /** SHA-256 of the key. */
  hash: string;
}

/** How somebody proved who they are. */
export const VIAS = ["loopback", "token", "session", "key", "proxy", "nothing"] as const;
export type Via = (typeof VIAS)[number];

/** What was done, or refused. */
export interface AuditDraft {
  at: number;
  who: string;
  via: Via;
  address: string;
  /** `sign_in`, or the name of the route: `addJob`. */
  action: string;
  /** What it was done to, without secrets. */
  target: string;
  /** HTTP status of the answer. */
  status: number;
}

export interface AuditEntry extends AuditDraft {
  id: number;
}

/** Which sessions end; what is given has to fit. */
export interface SessionFilter {
  id?: string;
  account?: string;
  /** This one stays. */
  except?: string;
}

/** Part of the store. */
export interface AccessStore {
  accounts(): Promise<Account[]>;
  hasAccounts(): Promise<boolean>;
  account(name: string): Promise<AccountSecret | null>;
  /** @param onlyFirst nobody else may have an account yet */
  insertAccount(
    draft: Pick<AccountSecret, "name" | "role" | "passwordHash">,
    now: number,
    onlyFirst?: boolean,
  ): Promise<AccountInsertOutcome>;
  /** Ends its sessions: what they were begun with holds no more. False: there is none. */
  updateAccount(name: string, patch: AccountPatch, now: number): Promise<boolean>;
  /** Its sessions go with it. False: there is none. */
  removeAccount(name: string): Promise<boolean>;

  insertSession(draft: SessionDraft, now: number): Promise<void>;
  /** One that has not expired, with the role its account has now. */
  sessionByHash(hash: string, now: number): Promise<Session | null>;
  session(id: string, now: number): Promise<Session | null>;
  /** Newest use first; null: of all accounts. */
  sessions(account: string | null, now: number): Promise<Session[]>;
  touchSession(id: string, now: number, expiresAt: number): Promise<void>;
  /** Answers the ids of those that ended. */
  endSessions(filter: SessionFilter): Promise<string[]>;

  insertKey(draft: ApiKeyDraft, now: number): Promise<void>;
  keyByHash(hash: string, now: number): Promise<ApiKey | null>;
  key(id: string, now: number): Promise<ApiKey | null>;
  /** Newest first, expired ones included. */
  keys(): Promise<ApiKey[]>;
  touchKey(id: string, now: number): Promise<void>;
  /** False: there is none. */
  removeKey(id: string): Promise<boolean>;

  noteAudit(entry: AuditDraft): Promise<void>;
  /** Newest first, those before an id if one is given. */
  audit(query: { before: number | null; limit: number }): Promise<AuditEntry[]>;
  /** Forgets what is older than a time, the oldest of more than `most` lines, and sessions that have expired. */
  tidyAccess(before: number, most: number, now: number): Promise<void>;
}
