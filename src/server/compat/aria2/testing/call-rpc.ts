/** Calls as clients make them. */

export interface RpcReply {
  status: number;
  /** Parsed. */
  message: unknown;
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<RpcReply> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(url, { method: "POST", body: text, headers });
  return { status: answer.status, message: await answer.json() };
}

/** The result; throws for an error, with its message. */
export async function call<T>(url: string, method: string, ...params: readonly unknown[]): Promise<T> {
  const { message } = await post(url, { jsonrpc: "2.0", id: "1", method, params });
  const { result, error } = message as { result?: T; error?: { message: string } };
  if (error !== undefined) throw new Error(error.message);
  return result as T;
}
