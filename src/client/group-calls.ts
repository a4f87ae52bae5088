/** Calls about groups: many things at many places, asked for in one go. */
import { z } from "zod";
import { GroupAnswer, GroupDetailsMessage, GroupListMessage } from "../wire/groups.ts";
import type { GroupAction, GroupRequest } from "../wire/groups.ts";
import { JobActionsAnswer } from "../wire/requests.ts";
import { sendRequest } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

const Success = z.object({ success: z.literal(true) });

export interface GroupCalls {
  /** The newest first; `cursor` is `next` of the page before. */
  list(ask?: { limit?: number; cursor?: string }, signal?: AbortSignal): Promise<GroupListMessage>;
  get(id: string, signal?: AbortSignal): Promise<GroupDetailsMessage>;
  create(request: GroupRequest, signal?: AbortSignal): Promise<GroupAnswer>;
  act(id: string, action: GroupAction, signal?: AbortSignal): Promise<JobActionsAnswer>;
  /** `keep`: its jobs stay, only the group is gone. */
  remove(id: string, jobs: "remove" | "keep", signal?: AbortSignal): Promise<void>;
}

export function groupCalls(connection: Connection): GroupCalls {
  const path = "/groups";
  const pathOf = (id: string, rest = ""): string => `${path}/${encodeURIComponent(id)}${rest}`;
  return {
    list: async (query = {}, signal) =>
      (await sendRequest(connection, { method: "GET", path, query, answer: GroupListMessage, signal })).data,
    get: async (id, signal) => {
      const call = { method: "GET", path: pathOf(id), answer: GroupDetailsMessage, signal } as const;
      return (await sendRequest(connection, call)).data;
    },
    create: async (body, signal) =>
      (await sendRequest(connection, { method: "POST", path, body, answer: GroupAnswer, signal })).data,
    act: async (id, action, signal) => {
      const body = { action };
      const call = {
        method: "POST",
        path: pathOf(id, "/actions"),
        body,
        answer: JobActionsAnswer,
        signal,
      } as const;
      return (await sendRequest(connection, call)).data;
    },
    remove: async (id, jobs, signal) => {
      const call = { method: "DELETE", path: pathOf(id), query: { jobs }, answer: Success, signal } as const;
      await sendRequest(connection, call);
    },
  };
}
