/** Signing in and out; the sessions there are. */
import {
  AccessMessage,
  CredentialPath,
  EndedMessage,
  PasswordRequest,
  SessionsMessage,
  SignInRequest,
  toSessionMessage,
} from "../../wire/access.ts";
import type { AccessKeeper } from "../access/access-keeper.ts";
import { cookieFor } from "../access/credentials.ts";
import { hashPassword } from "../access/hash-password.ts";
import { routesOfRole } from "../access/route-roles.ts";
import { LoginThrottle } from "../access/login-throttle.ts";
import { beginSession, provePassword } from "../access/sign-in.ts";
import type { SignInParts } from "../access/sign-in.ts";
import type { App } from "../app.ts";
import { askerOf } from "../guard-requests.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { serveAccounts } from "./accounts.ts";
import { serveAudit } from "./audit.ts";
import { serveKeys } from "./api-keys.ts";
import { errors, SUCCESS } from "./describe.ts";

const tags = ["access"];

export function serveAccess(
  app: App,
  { access, clock }: Pick<ServerParts, "access" | "clock">,
  keeper: AccessKeeper,
): void {
  const parts: SignInParts = { access, clock, keeper, throttle: new LoginThrottle(clock) };
  serveState(app, parts);
  serveSigning(app, parts);
  serveSessions(app, parts);
  servePassword(app, parts);
  serveAccounts(app, parts);
  serveKeys(app, parts);
  serveAudit(app, parts);
}

function serveState(app: App, { access, keeper }: SignInParts): void {
  app.route({
    method: "GET",
    url: "/access",
    schema: {
      tags,
      operationId: "getAccess",
      summary: "Who asks, and what they would have to show",
      response: { 200: AccessMessage.describe("Who asks.") },
    },
    handler: async (request) => {
      const { who: name, role, via } = askerOf(request);
      return {
        open: keeper.isOpen,
        has_accounts: await access.hasAccounts(),
        asker: role === null ? null : { name, role, via, may: routesOfRole(role) },
      };
    },
  });
}

function serveSigning(app: App, parts: SignInParts): void {
  const { access, keeper } = parts;
  app.route({
    method: "POST",
    url: "/access/sign-in",
    schema: {
      tags,
      operationId: "signIn",
      summary: "Sign in with a name and a password",
      description:
        "The session is a cookie that no script can read. Too many wrong passwords: 429 with `Retry-After`.",
      body: SignInRequest,
      response: { 200: AccessMessage.describe("Who has signed in."), ...errors(400, 413, 415, 429) },
    },
    handler: async (request, reply) => {
      const name = request.body.name.trim().toLowerCase();
      request.target = name;
      await provePassword(name, request.body.password, request, parts);
      const account = await access.account(name);
      if (account === null)
        throw new RequestError("sign_in_failed", "The name or the password is wrong.", "password");
      await beginSession(name, request, reply, parts);
      return {
        open: keeper.isOpen,
        has_accounts: true,
        asker: { name, role: account.role, via: "session" as const, may: routesOfRole(account.role) },
      };
    },
  });

  app.route({
    method: "POST",
    url: "/access/sign-out",
    schema: {
      tags,
      operationId: "signOut",
      summary: "End the session that asks",
      response: { 200: SUCCESS.describe("It is over."), ...errors(415) },
    },
    handler: async (request, reply) => {
      const { via, credential } = askerOf(request);
      if (via === "session" && credential !== null) await keeper.endSessions({ id: credential });
      void reply.header("set-cookie", cookieFor("", 0, keeper.isSecure(request)));
      return { success: true as const };
    },
  });
}

function serveSessions(app: App, { access, clock, keeper }: SignInParts): void {
  app.route({
    method: "GET",
    url: "/access/sessions",
    schema: {
      tags,
      operationId: "listSessions",
      summary: "The sessions there are: one's own, all of them for an admin",
      response: { 200: SessionsMessage.describe("The last used first."), ...errors() },
    },
    handler: async (request) => {
      const { who, via, role, credential } = askerOf(request);
      const account = role === "admin" ? null : via === "session" ? who : "";
      const sessions = await access.sessions(account, clock.now());
      return { sessions: sessions.map((session) => toSessionMessage(session, credential)) };
    },
  });

  app.route({
    method: "DELETE",
    url: "/access/sessions",
    schema: {
      tags,
      operationId: "endOtherSessions",
      summary: "Sign out everywhere else: of all one's sessions only the one that asks stays",
      response: { 200: EndedMessage.describe("How many ended."), ...errors(409) },
    },
    handler: async (request) => {
      const { who, via, credential } = askerOf(request);
      if (via !== "session" || credential === null)
        throw new RequestError("conflict", "There is no session that asks: sign in first.");
      const ended = await keeper.endSessions({ account: who, except: credential });
      return { success: true as const, ended };
    },
  });

  app.route({
    method: "DELETE",
    url: "/access/sessions/:id",
    schema: {
      tags,
      operationId: "endSession",
      summary: "End a session: one's own, any for an admin",
      params: CredentialPath,
      response: { 200: SUCCESS.describe("It is over."), ...errors(400, 404) },
    },
    handler: async (request) => {
      const { who, via, role } = askerOf(request);
      const { id } = request.params;
      const mine = role === "admin" ? {} : { account: via === "session" ? who : "" };
      if ((await keeper.endSessions({ id, ...mine })) === 0)
        throw new RequestError("not_found", "There is no session with this id.", "id");
      return { success: true as const };
    },
  });
}

function servePassword(app: App, parts: SignInParts): void {
  const { access, clock, keeper } = parts;
  app.route({
    method: "PUT",
    url: "/access/password",
    schema: {
      tags,
      operationId: "changePassword",
      summary: "Change one's own password; all other sessions end",
      body: PasswordRequest,
      response: { 200: SUCCESS.describe("It is changed."), ...errors(400, 409, 413, 415, 429) },
    },
    handler: async (request, reply) => {
      const { who, via } = askerOf(request);
      if (via !== "session")
        throw new RequestError("conflict", "There is no account that asks: sign in first.");
      request.target = who;
      await provePassword(who, request.body.old_password, request, parts);
      const ended = (await access.sessions(who, clock.now())).map(({ id }) => id);
      const passwordHash = await hashPassword(request.body.new_password);
      await access.updateAccount(who, { passwordHash }, clock.now());
      for (const id of ended) keeper.release(id);
      await beginSession(who, request, reply, parts);
      return { success: true as const };
    },
  });
}
