/** A call in the address: `?method=…&id=…&params=<JSON in base64>&jsoncallback=…` (aria2c(1), JSON-RPC over HTTP GET). */
import { RequestError } from "../../request-error.ts";

interface GetCall {
  /** As a body would have it. */
  message: unknown;
  /** The function to call with the answer. */
  callback: string | null;
}

/** A name, or a path of names, of a function: nothing else may stand at the beginning of a script. */
const CALLBACK = /^[A-Za-z_$][\w$]{0,63}(?:\.[A-Za-z_$][\w$]{0,63}){0,3}$/;

export function readGet(query: Readonly<Record<string, unknown>>): GetCall {
  const { method, id, params, jsoncallback } = query;
  if (jsoncallback !== undefined && !(typeof jsoncallback === "string" && CALLBACK.test(jsoncallback)))
    throw new RequestError("bad_request", "jsoncallback must be the name of a function.", "jsoncallback");
  const callback = jsoncallback ?? null;
  const values = typeof params === "string" && params !== "" ? decode(params) : undefined;
  // Without a method, the parameters are calls themselves.
  if (method === undefined && id === undefined) return { message: values ?? null, callback };
  return {
    message: {
      ...(id === undefined ? {} : { id }),
      ...(method === undefined ? {} : { method }),
      ...(values === undefined ? {} : { params: values }),
    },
    callback,
  };
}

/** Undefined for what is no JSON in base64. `+` of base64 is a space where nobody encoded it. */
function decode(params: string): unknown {
  const text = Buffer.from(params.replaceAll(" ", "+"), "base64").toString();
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
