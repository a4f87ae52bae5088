/** One call: who asks, which method, its answer. */
import { setImmediate as turn } from "node:timers/promises";
import { isEnough } from "../../../job/access-contract.ts";
import { asking } from "../../access/asker.ts";
import type { Asker } from "../../access/asker.ts";
import type { NoteDeed } from "../../access/audit-book.ts";
import { METHOD_NAMES, METHODS, NOTIFICATIONS, SYSTEM } from "./methods.ts";
import { isStruct, Params } from "./read-params.ts";
import type { RpcContext } from "./rpc-context.ts";
import { RpcError, UNAUTHORIZED } from "./rpc-error.ts";

export interface Caller {
  /**
   * Who it is that shows this secret.
   *
   * @param secret null: none was shown
   */
  identify(secret: string | null): Promise<Asker>;
  /** Writes down what was done, and who was turned away. */
  note: NoteDeed;
  /** Aborts when who asked has gone. */
  signal: AbortSignal;
  /** Of the message that is being answered. */
  tally: CallTally;
}

/** Calls of one message, those of its multicalls included. More than people select in a list. */
export const MAX_CALLS = 1_000;

export interface CallTally {
  calls: number;
  /** Of them, those that showed no secret, or a wrong one. */
  refused: number;
}

/** After so many wrong ones the secrets of a message are not looked at any more: nobody guesses by the thousand. */
const MAX_REFUSED = 8;

export async function callMethod(
  name: string,
  values: readonly unknown[],
  caller: Caller,
  context: RpcContext,
): Promise<unknown> {
  const { tally } = caller;
  tally.calls += 1;
  if (tally.calls > MAX_CALLS) throw new RpcError(`A message may hold ${MAX_CALLS} calls at most.`);
  // Each is short, all of them together are not: others have their turns in between.
  if (tally.calls > 1) await turn();
  switch (name) {
    case SYSTEM.listMethods:
      return METHOD_NAMES;
    case SYSTEM.listNotifications:
      return Object.values(NOTIFICATIONS);
    case SYSTEM.multicall:
      return callMany(new Params(values).list(0), caller, context);
    default:
      return callOne(name, values, caller, context);
  }
}

async function callOne(
  name: string,
  values: readonly unknown[],
  caller: Caller,
  context: RpcContext,
): Promise<unknown> {
  if (caller.tally.refused >= MAX_REFUSED) throw new RpcError(UNAUTHORIZED);
  const { secret, rest } = takeSecret(values);
  const asker = await caller.identify(secret);
  const { who, via, address, role } = asker;
  const method = METHODS.get(name);
  const note = (target: string, status: number): Promise<void> =>
    caller.note({ who, via, address, action: method === undefined ? "nothing" : name, target, status });
  // Before anything else is looked at: who has no secret learns nothing.
  if (role === null) {
    caller.tally.refused += 1;
    await note("", UNKNOWN);
    throw new RpcError(UNAUTHORIZED);
  }
  if (method === undefined) throw new RpcError(`No such method: ${name.slice(0, 128)}`);
  if (!isEnough(role, method.role)) {
    await note("", NOT_ALLOWED);
    throw new RpcError(`${name} wants the role ${method.role}; ${who} has the role ${role}.`);
  }
  const run = (): Promise<unknown> => method.run(new Params(rest), context, caller.signal);
  if (method.role === "read") return asking.run(asker, run);
  try {
    const result = await asking.run(asker, run);
    await note(targetOf(rest, result), DONE);
    return result;
  } catch (error) {
    await note(targetOf(rest, null), REFUSED);
    throw error;
  }
}

/** HTTP's words for what became of a call, as the audit log has those of the routes. */
const DONE = 200;
const REFUSED = 400;
const UNKNOWN = 401;
const NOT_ALLOWED = 403;

/** The GIDs it was about: those it made, or the one it named. Addresses may hold secrets. */
function targetOf([first]: readonly unknown[], result: unknown): string {
  const gids = [result, first]
    .flat()
    .filter((gid) => typeof gid === "string" && /^[0-9a-f]{1,16}$/.test(gid));
  return [...new Set(gids)].join(" ");
}

/** One after the other, each with a secret of its own; each answer is a list of one, or an error. */
async function callMany(
  calls: readonly unknown[],
  caller: Caller,
  context: RpcContext,
): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  if (calls.length > MAX_CALLS) throw new RpcError(`A message may hold ${MAX_CALLS} calls at most.`);
  for (const call of calls) {
    if (caller.signal.aborted) break;
    try {
      answers.push([await callInner(call, caller, context)]);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      answers.push({ code: error.code, message: error.message });
    }
  }
  return answers;
}

async function callInner(call: unknown, caller: Caller, context: RpcContext): Promise<unknown> {
  if (!isStruct(call)) throw new RpcError("system.multicall expected struct.");
  const { methodName, params } = call;
  if (typeof methodName !== "string") throw new RpcError("Missing methodName.");
  if (methodName === SYSTEM.multicall) throw new RpcError("Recursive system.multicall forbidden.");
  return callMethod(methodName, Array.isArray(params) ? params : [], caller, context);
}

/** aria2 takes a first parameter that begins with `token:` for the secret, whether it wants one or not. */
function takeSecret(values: readonly unknown[]): { secret: string | null; rest: readonly unknown[] } {
  const [first, ...rest] = values;
  return typeof first === "string" && first.startsWith("token:")
    ? { secret: first.slice("token:".length), rest }
    : { secret: null, rest: values };
}
