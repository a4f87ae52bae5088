/** A name and a password become a session. */
import { randomUUID } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AccessStore } from "../../job/access-contract.ts";
import type { Clock } from "../../job/clock.ts";
import { RequestError } from "../request-error.ts";
import { SESSION_IDLE_MS } from "./access-keeper.ts";
import type { AccessKeeper } from "./access-keeper.ts";
import { addressGroup } from "./client-address.ts";
import { cookieFor, hashSecret, makeSecret } from "./credentials.ts";
import { isPassword } from "./hash-password.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import { wantPatience } from "./want-patience.ts";

/** What a browser calls itself is cut to this: it is shown to people. */
const MAX_AGENT_LENGTH = 200;
/** As long as a session can last at most: how long it does last is the server's to say. */
const SESSION_COOKIE_SECONDS = 90 * 24 * 3600;

export interface SignInParts {
  access: AccessStore;
  clock: Clock;
  keeper: AccessKeeper;
  throttle: LoginThrottle;
}

/**
 * Whether this is the account's password. Throws where it is not, or where nobody is to ask any more; a name that there
 * is none of is told apart neither by words nor by time.
 */
export async function provePassword(
  name: string,
  password: string,
  request: FastifyRequest,
  { access, clock, keeper, throttle }: SignInParts,
): Promise<void> {
  const group = addressGroup(keeper.addressOf(request));
  for (const { address } of await access.sessions(name, clock.now()))
    throttle.remember(name, addressGroup(address));
  wantPatience(throttle.waitOf(name, group), "passwords");
  throttle.tried(name, group);
  const account = await access.account(name);
  if (!(await isPassword(password, account?.passwordHash ?? null)))
    throw new RequestError("sign_in_failed", "The name or the password is wrong.", "password");
  throttle.cameIn(name, group);
}

/** A session for whoever has proved to be this account, in a cookie. */
export async function beginSession(
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
  { access, clock, keeper }: SignInParts,
): Promise<string> {
  const secret = makeSecret();
  const now = clock.now();
  const id = randomUUID();
  const agent = (request.headers["user-agent"] ?? "").replaceAll(/\p{C}/gu, "").slice(0, MAX_AGENT_LENGTH);
  await access.insertSession(
    {
      id,
      hash: hashSecret(secret),
      account: name,
      address: keeper.addressOf(request),
      agent,
      expiresAt: now + SESSION_IDLE_MS,
    },
    now,
  );
  void reply.header("set-cookie", cookieFor(secret, SESSION_COOKIE_SECONDS, keeper.isSecure(request)));
  return id;
}
