/** Who may ask for what: sign-in, accounts, sessions, API keys, the audit log. */
import { z } from "zod";
import type { Account, ApiKey, AuditEntry, Session } from "../job/access-contract.ts";
import { ROLES, VIAS } from "../job/access-contract.ts";

const RoleWord = z
  .enum(ROLES)
  .describe("`read` looks; `operate` adds, pauses, cancels, too; `admin` may do everything");

/** NIST SP 800-63B §3.1.1.2 asks for 8 at least; a download manager's admin runs commands on machines. */
export const MIN_PASSWORD = 10;
const MAX_PASSWORD = 1024;
const MAX_KEY_NAME = 100;
const MAX_KEY_DAYS = 3650;
const MAX_AUDIT_PAGE = 500;

const AccountName = z
  .string()
  .max(64)
  .transform((name) => name.trim().toLowerCase())
  .refine((name) => /^[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?$/.test(name), {
    error:
      "must be 1 to 64 letters, digits, dots, hyphens, underscores or @, with a letter or digit at either end",
  });

const NewPassword = z
  .string()
  .min(MIN_PASSWORD, { error: `must have at least ${MIN_PASSWORD} characters` })
  .max(MAX_PASSWORD);

/** What somebody types who signs in: anything that is not too long is looked at. */
export const SignInRequest = z.strictObject({
  name: z.string().max(64),
  password: z.string().max(MAX_PASSWORD),
});

export const AccountRequest = z.strictObject({
  name: AccountName,
  password: NewPassword,
  role: RoleWord.optional().describe("Default: `read`; the first account is an admin's"),
});

export const AccountPatchRequest = z.strictObject({
  password: NewPassword.optional(),
  role: RoleWord.optional(),
});

export const PasswordRequest = z.strictObject({
  old_password: z.string().max(MAX_PASSWORD),
  new_password: NewPassword,
});

/** Anything: what is no account's name names none. */
export const AccountPath = z.object({
  name: z
    .string()
    .max(200)
    .transform((name) => name.toLowerCase()),
});

export const CredentialPath = z.object({ id: z.uuid().transform((id) => id.toLowerCase()) });

const Asking = z.object({
  name: z.string(),
  role: RoleWord,
  via: z.enum(VIAS).describe("How they proved who they are"),
  may: z.array(z.string()).describe("The routes their role may ask for: `POST /jobs`"),
});

export const AccessMessage = z
  .object({
    open: z.boolean().describe("Nobody has to show anything: only this machine can ask"),
    has_accounts: z.boolean().describe("Somebody can sign in with a name and a password"),
    asker: Asking.nullable().describe("Who asks; null: nobody is known to be there"),
  })
  .meta({ id: "Access" });
export type AccessMessage = z.infer<typeof AccessMessage>;

const AccountMessage = z
  .object({
    name: z.string(),
    role: RoleWord,
    created_at: z.iso.datetime(),
    password_changed_at: z.iso.datetime(),
  })
  .meta({ id: "Account" });
export type AccountMessage = z.infer<typeof AccountMessage>;

export const AccountAnswer = z.object({ account: AccountMessage });
export const AccountsMessage = z.object({ accounts: z.array(AccountMessage) });

const SessionMessage = z
  .object({
    id: z.uuid(),
    account: z.string(),
    current: z.boolean().describe("The one that asks"),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    address: z.string(),
    agent: z.string().describe("What the browser called itself"),
  })
  .meta({ id: "Session" });
export type SessionMessage = z.infer<typeof SessionMessage>;

export const SessionsMessage = z.object({ sessions: z.array(SessionMessage) });
export const EndedMessage = z.object({ success: z.literal(true), ended: z.int() });

export const KeyRequest = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(MAX_KEY_NAME)
    .refine((name) => !/\p{C}/u.test(name), { error: "must be plain text in one line" }),
  role: RoleWord,
  expires_in_days: z.int().min(1).max(MAX_KEY_DAYS).optional().describe("Default: until it is revoked"),
});
export type KeyRequest = z.input<typeof KeyRequest>;

const KeyMessage = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: RoleWord,
    created_at: z.iso.datetime(),
    created_by: z.string(),
    last_used_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime().nullable(),
    expired: z.boolean(),
  })
  .meta({ id: "ApiKey" });
export type KeyMessage = z.infer<typeof KeyMessage>;

export const KeysMessage = z.object({ keys: z.array(KeyMessage) });
export const KeyMadeMessage = z.object({
  secret: z.string().describe("The key itself. It is shown this once"),
  key: KeyMessage,
});
export type KeyMadeMessage = z.infer<typeof KeyMadeMessage>;

export const AuditQuery = z.object({
  before: z.coerce
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("`next` of the page before"),
  limit: z.coerce.number().int().min(1).max(MAX_AUDIT_PAGE).default(100),
});

const AuditMessage = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    who: z.string().describe("An account, `key …`, `token`, `loopback`; empty: nobody known"),
    via: z.enum(VIAS),
    address: z.string(),
    action: z.string().describe("Name of the route"),
    target: z.string(),
    status: z.int().describe("Of the answer: 401, 403, 429 were refused"),
  })
  .meta({ id: "AuditEntry" });
export type AuditMessage = z.infer<typeof AuditMessage>;

export const AuditPage = z.object({ entries: z.array(AuditMessage), next: z.int().nullable() });
export type AuditPage = z.infer<typeof AuditPage>;

export function toAccountMessage({ name, role, createdAt, passwordChangedAt }: Account): AccountMessage {
  return { name, role, created_at: iso(createdAt), password_changed_at: iso(passwordChangedAt) };
}

export function toSessionMessage(session: Session, current: string | null): SessionMessage {
  return {
    id: session.id,
    account: session.account,
    current: session.id === current,
    created_at: iso(session.createdAt),
    last_used_at: iso(session.lastUsedAt),
    expires_at: iso(session.expiresAt),
    address: session.address,
    agent: session.agent,
  };
}

export function toKeyMessage(key: ApiKey, now: number): KeyMessage {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    created_at: iso(key.createdAt),
    created_by: key.createdBy,
    last_used_at: key.lastUsedAt === null ? null : iso(key.lastUsedAt),
    expires_at: key.expiresAt === null ? null : iso(key.expiresAt),
    expired: key.expiresAt !== null && key.expiresAt <= now,
  };
}

export function toAuditMessage(entry: AuditEntry): AuditMessage {
  return { ...entry, at: iso(entry.at) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
