/** Accounts: who can sign in, and what they may do. */
import type { Account } from "../../job/access-contract.ts";
import {
  AccountAnswer,
  AccountPatchRequest,
  AccountPath,
  AccountRequest,
  AccountsMessage,
  toAccountMessage,
} from "../../wire/access.ts";
import { hashPassword } from "../access/hash-password.ts";
import type { SignInParts } from "../access/sign-in.ts";
import { beginSession } from "../access/sign-in.ts";
import type { App } from "../app.ts";
import { askerOf } from "../guard-requests.ts";
import { RequestError } from "../request-error.ts";
import { errors, SUCCESS } from "./describe.ts";

const tags = ["access"];

export function serveAccounts(app: App, parts: SignInParts): void {
  serveListing(app, parts);
  serveChanging(app, parts);
}

function serveListing(app: App, parts: SignInParts): void {
  const { access, clock } = parts;
  app.route({
    method: "GET",
    url: "/access/users",
    schema: {
      tags,
      operationId: "listUsers",
      summary: "The accounts there are",
      response: { 200: AccountsMessage.describe("By name."), ...errors() },
    },
    handler: async () => ({ accounts: (await access.accounts()).map(toAccountMessage) }),
  });

  app.route({
    method: "POST",
    url: "/access/users",
    schema: {
      tags,
      operationId: "addUser",
      summary: "Make an account",
      description:
        "The first one is an admin's, whatever is asked for; a browser that makes it with the server's token is signed " +
        "in with it at once.",
      body: AccountRequest,
      response: { 201: AccountAnswer.describe("The account."), ...errors(400, 409, 413, 415) },
    },
    handler: async (request, reply) => {
      const { name, password, role = "read" } = request.body;
      request.target = name;
      const passwordHash = await hashPassword(password);
      // Two that make the first one at once: one of them makes the second.
      const first = { name, role: "admin", passwordHash } as const;
      let outcome = await access.insertAccount(first, clock.now(), true);
      const isFirst = outcome === "inserted";
      if (!isFirst) outcome = await access.insertAccount({ name, role, passwordHash }, clock.now());
      if (outcome !== "inserted")
        throw new RequestError("already_exists", `There is an account called ${name} already.`, "name");
      if (isFirst && askerOf(request).via === "token") await beginSession(name, request, reply, parts);
      return reply.code(201).send({ account: toAccountMessage(await accountOf(name, parts)) });
    },
  });
}

function serveChanging(app: App, parts: SignInParts): void {
  const { access, clock, keeper } = parts;
  app.route({
    method: "PATCH",
    url: "/access/users/:name",
    schema: {
      tags,
      operationId: "changeUser",
      summary: "Change an account's role or password; its sessions end",
      params: AccountPath,
      body: AccountPatchRequest,
      response: { 200: AccountAnswer.describe("The account."), ...errors(400, 404, 413, 415) },
    },
    handler: async (request) => {
      const { name } = request.params;
      const { role, password } = request.body;
      const passwordHash = password === undefined ? undefined : await hashPassword(password);
      const ended = await access.sessions(name, clock.now());
      const patch = {
        ...(role === undefined ? {} : { role }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
      };
      if (!(await access.updateAccount(name, patch, clock.now()))) throw noSuchAccount();
      for (const { id } of ended) keeper.release(id);
      return { account: toAccountMessage(await accountOf(name, parts)) };
    },
  });

  app.route({
    method: "DELETE",
    url: "/access/users/:name",
    schema: {
      tags,
      operationId: "removeUser",
      summary: "Remove an account; its sessions end",
      params: AccountPath,
      response: { 200: SUCCESS.describe("It is gone."), ...errors(400, 404) },
    },
    handler: async ({ params: { name } }) => {
      const ended = await access.sessions(name, clock.now());
      if (!(await access.removeAccount(name))) throw noSuchAccount();
      for (const { id } of ended) keeper.release(id);
      return { success: true as const };
    },
  });
}

async function accountOf(name: string, { access }: SignInParts): Promise<Account> {
  const account = await access.account(name);
  if (account === null) throw noSuchAccount();
  return account;
}

function noSuchAccount(): RequestError {
  return new RequestError("not_found", "There is no account with this name.", "name");
}
