/** Calls about who may ask: sign-in, accounts, sessions, API keys, the audit log. */
import { z } from "zod";
import {
  AccessMessage,
  AccountAnswer,
  AccountsMessage,
  AuditPage,
  EndedMessage,
  KeyMadeMessage,
  KeysMessage,
  SessionsMessage,
} from "../wire/access.ts";
import type { AccountMessage, KeyMessage, KeyRequest, SessionMessage } from "../wire/access.ts";
import type { Role } from "../job/access-contract.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

export interface AccessCalls {
  /** Who asks, and what they would have to show. */
  get(signal?: AbortSignal): Promise<AccessMessage>;
  /** A browser keeps the session by itself. */
  signIn(name: string, password: string): Promise<AccessMessage>;
  signOut(): Promise<void>;
  changePassword(before: string, after: string): Promise<void>;

  accounts(signal?: AbortSignal): Promise<AccountMessage[]>;
  addAccount(account: { name: string; password: string; role?: Role }): Promise<AccountMessage>;
  changeAccount(name: string, change: { password?: string; role?: Role }): Promise<AccountMessage>;
  removeAccount(name: string): Promise<void>;

  sessions(signal?: AbortSignal): Promise<SessionMessage[]>;
  endSession(id: string): Promise<void>;
  /** All but the one that asks; answers how many. */
  endOtherSessions(): Promise<number>;

  keys(signal?: AbortSignal): Promise<KeyMessage[]>;
  /** The answer holds the key itself, this once. */
  addKey(key: KeyRequest): Promise<KeyMadeMessage>;
  revokeKey(id: string): Promise<void>;

  /** The newest lines first; those before an id. */
  audit(ask?: { before?: number; limit?: number }, signal?: AbortSignal): Promise<AuditPage>;
}

const Success = z.object({ success: z.literal(true) });

export function accessCalls(connection: Connection): AccessCalls {
  const send = async <S extends z.ZodType>(call: Call<S>): Promise<z.output<S>> =>
    (await sendRequest(connection, call)).data;
  const user = (name: string): string => `/access/users/${encodeURIComponent(name)}`;
  return {
    get: (signal) => send({ method: "GET", path: "/access", answer: AccessMessage, signal }),
    signIn: (name, password) =>
      send({ method: "POST", path: "/access/sign-in", body: { name, password }, answer: AccessMessage }),
    async signOut() {
      await send({ method: "POST", path: "/access/sign-out", answer: Success });
    },
    async changePassword(before, after) {
      const body = { old_password: before, new_password: after };
      await send({ method: "PUT", path: "/access/password", body, answer: Success });
    },
    accounts: async (signal) =>
      (await send({ method: "GET", path: "/access/users", answer: AccountsMessage, signal })).accounts,
    addAccount: async (body) =>
      (await send({ method: "POST", path: "/access/users", body, answer: AccountAnswer })).account,
    changeAccount: async (name, body) =>
      (await send({ method: "PATCH", path: user(name), body, answer: AccountAnswer })).account,
    async removeAccount(name) {
      await send({ method: "DELETE", path: user(name), answer: Success });
    },
    sessions: async (signal) =>
      (await send({ method: "GET", path: "/access/sessions", answer: SessionsMessage, signal })).sessions,
    async endSession(id) {
      await send({ method: "DELETE", path: `/access/sessions/${encodeURIComponent(id)}`, answer: Success });
    },
    endOtherSessions: async () =>
      (await send({ method: "DELETE", path: "/access/sessions", answer: EndedMessage })).ended,
    keys: async (signal) =>
      (await send({ method: "GET", path: "/access/keys", answer: KeysMessage, signal })).keys,
    addKey: (body) => send({ method: "POST", path: "/access/keys", body, answer: KeyMadeMessage }),
    async revokeKey(id) {
      await send({ method: "DELETE", path: `/access/keys/${encodeURIComponent(id)}`, answer: Success });
    },
    audit: (query = {}, signal) => send({ method: "GET", path: "/audit", query, answer: AuditPage, signal }),
  };
}
