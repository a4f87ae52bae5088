/** Calls about the machines of an installation. */
import { z } from "zod";
import { NodeListMessage, NodeMessage } from "../wire/nodes.ts";
import type { DrainRequest } from "../wire/nodes.ts";
import { sendRequest } from "./send-request.ts";
import type { Connection } from "./send-request.ts";

const Success = z.object({ success: z.literal(true) });

export interface NodeCalls {
  list(signal?: AbortSignal): Promise<NodeMessage[]>;
  /** It finishes what it has and takes up nothing new; `{ drain: false }` ends that. */
  drain(name: string, request?: DrainRequest, signal?: AbortSignal): Promise<NodeMessage>;
  /** Refused while it lives or has jobs for its own disk. */
  remove(name: string, signal?: AbortSignal): Promise<void>;
}

export function nodeCalls(connection: Connection): NodeCalls {
  const pathOf = (name: string, rest = ""): string => `/nodes/${encodeURIComponent(name)}${rest}`;
  return {
    list: async (signal) => {
      const call = { method: "GET", path: "/nodes", answer: NodeListMessage, signal } as const;
      return (await sendRequest(connection, call)).data.nodes;
    },
    drain: async (name, body = {}, signal) => {
      const call = {
        method: "POST",
        path: pathOf(name, "/drain"),
        body,
        answer: NodeMessage,
        signal,
      } as const;
      return (await sendRequest(connection, call)).data;
    },
    remove: async (name, signal) => {
      await sendRequest(connection, { method: "DELETE", path: pathOf(name), answer: Success, signal });
    },
  };
}
