/** Calls to a server under test, as any HTTP client makes them. */
import type { JobMessage } from "../../src/wire/job-message.ts";
import type { ModelStatus } from "../../src/wire/models.ts";

export interface Answer<T> {
  status: number;
  body: T;
}

export async function call<T = Record<string, unknown>>(
  url: string,
  method = "GET",
  body?: unknown,
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as T };
}

/** Old system B's status object; empty while the server does not answer. */
export async function statusOf(url: string): Promise<Record<string, ModelStatus>> {
  try {
    return (await call<Record<string, ModelStatus>>(`${url}/status`)).body;
  } catch {
    return {};
  }
}

export async function jobOf(url: string, id: string): Promise<JobMessage> {
  return (await call<JobMessage>(`${url}/jobs/${id}`)).body;
}
