import { setTimeout as sleep } from "node:timers/promises";
import { call } from "./call-rpc.ts";

type Status = Record<string, string>;

/** Asks for a download's status until it is as wanted. */
export async function untilStatus(
  url: string,
  gid: string,
  isSo: (status: Status) => boolean,
): Promise<Status> {
  for (;;) {
    const status = await call<Status>(`${url}/jsonrpc`, "aria2.tellStatus", gid);
    if (isSo(status)) return status;
    await sleep(20);
  }
}
