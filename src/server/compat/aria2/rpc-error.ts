/** A call that gets an error for an answer, in aria2's words where it has some. */

/** aria2 has one code for everything that a method refuses. */
const REFUSED = 1;

export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;

  constructor(message: string, code: number = REFUSED) {
    super(message);
    this.code = code;
  }
}

/** What is wrong with a call before a method is asked (JSON-RPC 2.0 §5.1), with the status aria2 answers with. */
export const PROTOCOL_ERRORS = {
  parse: { code: -32_700, message: "Parse error." },
  request: { code: -32_600, message: "Invalid Request." },
  params: { code: -32_602, message: "Invalid params." },
} as const;

export function protocolError(kind: keyof typeof PROTOCOL_ERRORS): RpcError {
  const { code, message } = PROTOCOL_ERRORS[kind];
  return new RpcError(message, code);
}

/** aria2's HTTP status for the code of an error. */
export function statusOfRpcCode(code: number): number {
  return code === REFUSED || code === PROTOCOL_ERRORS.request.code ? 400 : 500;
}

export const UNAUTHORIZED = "Unauthorized";
