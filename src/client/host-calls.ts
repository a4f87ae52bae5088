/** Calls about instances. */
import { z } from "zod";
import { ExplainConnectionAnswer } from "../wire/explain-connection.ts";
import {
  HostAnswer,
  HostListMessage,
  HostMessage,
  HostScanMessage,
  HostVerifyAnswer,
  TestConnectionAnswer,
} from "../wire/hosts.ts";
import type { HostChangeRequest, HostRequest, HostVerifyRequest } from "../wire/hosts.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

const Success = z.object({ success: z.literal(true) });

export interface HostCalls {
  list(signal?: AbortSignal): Promise<HostMessage[]>;
  get(id: string, signal?: AbortSignal): Promise<HostMessage>;
  /** `created` is false when this account of this machine was a host already. */
  add(request: HostRequest, signal?: AbortSignal): Promise<HostAnswer & { created: boolean }>;
  change(id: string, request: HostChangeRequest, signal?: AbortSignal): Promise<HostAnswer>;
  /** Refused while it has jobs that have not ended, unless these are to be cancelled. */
  remove(id: string, cancelJobs: boolean, signal?: AbortSignal): Promise<void>;
  /** May take half a minute where nobody answers, as may the next ones. */
  scan(id: string, signal?: AbortSignal): Promise<HostScanMessage>;
  verify(id: string, request: HostVerifyRequest, signal?: AbortSignal): Promise<HostVerifyAnswer>;
  /** The same by connection string, which makes a host of it if it shows keys. */
  verifyConnection(
    sshConnection: string,
    request: HostVerifyRequest,
    signal?: AbortSignal,
  ): Promise<HostVerifyAnswer>;
  /** What a connection string says; nobody is asked. */
  explain(sshConnection: string, signal?: AbortSignal): Promise<ExplainConnectionAnswer>;
  test(sshConnection: string, signal?: AbortSignal): Promise<TestConnectionAnswer>;
}

export function hostCalls(connection: Connection): HostCalls {
  const call = async <S extends z.ZodType>(
    method: Call<S>["method"],
    path: string,
    answer: S,
    more: Pick<Call<S>, "body" | "query" | "signal">,
  ): Promise<z.output<S>> => (await sendRequest(connection, { method, path, answer, ...more })).data;
  const pathOf = (id: string, rest = ""): string => `/hosts/${encodeURIComponent(id)}${rest}`;
  return {
    list: async (signal) => (await call("GET", "/hosts", HostListMessage, { signal })).hosts,
    get: (id, signal) => call("GET", pathOf(id), HostMessage, { signal }),
    add: async (body, signal) => {
      const { status, data } = await sendRequest(connection, {
        method: "POST",
        path: "/hosts",
        body,
        answer: HostAnswer,
        signal,
      });
      return { ...data, created: status === 201 };
    },
    change: (id, body, signal) => call("PATCH", pathOf(id), HostAnswer, { body, signal }),
    remove: async (id, cancelJobs, signal) => {
      await call("DELETE", pathOf(id), Success, { query: { cancel_jobs: String(cancelJobs) }, signal });
    },
    scan: (id, signal) => call("POST", pathOf(id, "/scan"), HostScanMessage, { signal }),
    verify: (id, body, signal) => call("POST", pathOf(id, "/verify"), HostVerifyAnswer, { body, signal }),
    verifyConnection: (ssh_connection, request, signal) =>
      call("POST", "/ssh/verify-host", HostVerifyAnswer, { body: { ssh_connection, ...request }, signal }),
    explain: (ssh_connection, signal) =>
      call("POST", "/ssh/explain", ExplainConnectionAnswer, { body: { ssh_connection }, signal }),
    test: (ssh_connection, signal) =>
      call("POST", "/ssh/test", TestConnectionAnswer, { body: { ssh_connection }, signal }),
  };
}
