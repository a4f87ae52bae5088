/** Calls about notifications. */
import { z } from "zod";
import {
  AfterRunListMessage,
  ChannelAnswer,
  ChannelListMessage,
  ChannelTestAnswer,
  NotificationListMessage,
} from "../wire/notifications.ts";
import type {
  ChannelChangeRequest,
  ChannelMessage,
  ChannelRequest,
  NotificationMessage,
} from "../wire/notifications.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

const Success = z.object({ success: z.literal(true) });

export interface ChannelCalls {
  list(signal?: AbortSignal): Promise<ChannelMessage[]>;
  /** The last messages of a channel, newest first. */
  messages(id: string, signal?: AbortSignal): Promise<NotificationMessage[]>;
  add(request: ChannelRequest, signal?: AbortSignal): Promise<ChannelAnswer>;
  /** What is given is changed; settings are replaced as a whole. */
  change(id: string, request: ChannelChangeRequest, signal?: AbortSignal): Promise<ChannelAnswer>;
  remove(id: string, signal?: AbortSignal): Promise<void>;
  /** Names of the commands a download can ask for. */
  commands(signal?: AbortSignal): Promise<string[]>;
  /** Sends a message at once; may take half a minute where nobody answers. */
  test(id: string, signal?: AbortSignal): Promise<ChannelTestAnswer>;
}

export function channelCalls(connection: Connection): ChannelCalls {
  const call = async <S extends z.ZodType>(
    method: Call<S>["method"],
    path: string,
    answer: S,
    more: Pick<Call<S>, "body" | "signal">,
  ): Promise<z.output<S>> => (await sendRequest(connection, { method, path, answer, ...more })).data;
  const pathOf = (id: string, rest = ""): string => `/notifications/${encodeURIComponent(id)}${rest}`;
  return {
    list: async (signal) => (await call("GET", "/notifications", ChannelListMessage, { signal })).channels,
    messages: async (id, signal) =>
      (await call("GET", pathOf(id, "/messages"), NotificationListMessage, { signal })).messages,
    add: (body, signal) => call("POST", "/notifications", ChannelAnswer, { body, signal }),
    change: (id, body, signal) => call("PATCH", pathOf(id), ChannelAnswer, { body, signal }),
    remove: async (id, signal) => {
      await call("DELETE", pathOf(id), Success, { signal });
    },
    commands: async (signal) => (await call("GET", "/after-run", AfterRunListMessage, { signal })).commands,
    test: (id, signal) => call("POST", pathOf(id, "/test"), ChannelTestAnswer, { signal }),
  };
}
