/** A message of JSON-RPC 2.0, with one call or many, and its answer. */
import type { FastifyBaseLogger } from "fastify";
import { callMethod, MAX_CALLS } from "./call-method.ts";
import type { Caller } from "./call-method.ts";
import { isStruct } from "./read-params.ts";
import type { RpcContext } from "./rpc-context.ts";
import { protocolError, RpcError, statusOfRpcCode, UNAUTHORIZED } from "./rpc-error.ts";

type Id = string | number | boolean | null;

type AnswerMessage = { id: Id; jsonrpc: "2.0" } & (
  | { result: unknown }
  | { error: { code: number; message: string } }
);

export interface RpcAnswer {
  /** HTTP's. */
  status: number;
  message: AnswerMessage | AnswerMessage[];
  /** A call showed no secret, or a wrong one. */
  isUnauthorized: boolean;
}

export interface AskParts {
  context: RpcContext;
  caller: Omit<Caller, "tally">;
  log: FastifyBaseLogger;
}

/** @param text as it came: JSON, if it is well */
export async function answerText(text: string, parts: AskParts): Promise<RpcAnswer> {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return toAnswer(fail(null, protocolError("parse")));
  }
  return answerMessage(message, parts);
}

export async function answerMessage(message: unknown, asked: AskParts): Promise<RpcAnswer> {
  const parts = { ...asked, caller: { ...asked.caller, tally: { calls: 0, refused: 0 } } };
  if (!Array.isArray(message)) return toAnswer(await answerCall(message, parts));
  if (message.length > MAX_CALLS)
    return toAnswer(fail(null, new RpcError(`A message may hold ${MAX_CALLS} calls at most.`)));
  const answers: AnswerMessage[] = [];
  for (const call of message) {
    if (parts.caller.signal.aborted) break;
    // aria2 passes over what is no call.
    if (isStruct(call)) answers.push(await answerCall(call, parts));
  }
  return { status: 200, message: answers, isUnauthorized: answers.some(isUnauthorized) };
}

/** @param status where the error is HTTP's */
export function answerError(error: RpcError, status = statusOfRpcCode(error.code)): RpcAnswer {
  return { ...toAnswer(fail(null, error)), status };
}

async function answerCall(
  call: unknown,
  { context, caller, log }: AskParts & { caller: Caller },
): Promise<AnswerMessage> {
  const id = isStruct(call) ? idOf(call["id"]) : null;
  try {
    if (!isStruct(call) || !Object.hasOwn(call, "id") || id === undefined) throw protocolError("request");
    const { method, params } = call;
    if (typeof method !== "string") throw protocolError("request");
    if (params !== undefined && !Array.isArray(params)) throw protocolError("params");
    const result = await callMethod(method, params ?? [], caller, context);
    return { id, jsonrpc: "2.0", result };
  } catch (error) {
    if (error instanceof RpcError) return fail(id ?? null, error);
    log.error({ err: error }, "a call of aria2's interface met an error that nobody expected");
    return fail(id ?? null, new RpcError("Something went wrong inside Haulyard; its log tells more."));
  }
}

/** Undefined for a list or an object, which JSON-RPC does not allow. */
function idOf(id: unknown): Id | undefined {
  return typeof id === "object" && id !== null ? undefined : ((id ?? null) as Id);
}

function fail(id: Id, { code, message }: RpcError): AnswerMessage {
  return { id, jsonrpc: "2.0", error: { code, message } };
}

function toAnswer(message: AnswerMessage): RpcAnswer {
  const status = "error" in message ? statusOfRpcCode(message.error.code) : 200;
  return { status, message, isUnauthorized: isUnauthorized(message) };
}

/** Within a multicall, too: there it is one result of many. */
function isUnauthorized(message: AnswerMessage): boolean {
  if ("error" in message) return message.error.message === UNAUTHORIZED;
  return (
    Array.isArray(message.result) &&
    message.result.some((inner) => isStruct(inner) && inner["message"] === UNAUTHORIZED)
  );
}
