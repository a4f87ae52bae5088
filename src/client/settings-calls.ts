/** Calls about settings. */
import type { z } from "zod";
import { SettingListMessage, TokenTestAnswer } from "../wire/settings.ts";
import type { SettingMessage, SettingsRequest } from "../wire/settings.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

export interface SettingCalls {
  list(signal?: AbortSignal): Promise<SettingMessage[]>;
  /** All of them or none; answers all settings as they are then. */
  change(values: SettingsRequest, signal?: AbortSignal): Promise<SettingMessage[]>;
  /** Back to what was given at the start. */
  reset(name: string, signal?: AbortSignal): Promise<SettingMessage[]>;
  /** Asks the service a token is for; may take seconds. */
  test(name: string, signal?: AbortSignal): Promise<TokenTestAnswer>;
}

export function settingCalls(connection: Connection): SettingCalls {
  const send = async <S extends z.ZodType>(call: Call<S>): Promise<z.output<S>> =>
    (await sendRequest(connection, call)).data;
  const all = async (call: Omit<Call<typeof SettingListMessage>, "answer">): Promise<SettingMessage[]> =>
    (await send({ ...call, answer: SettingListMessage })).settings;
  const pathOf = (name: string, rest = ""): string => `/settings/${encodeURIComponent(name)}${rest}`;
  return {
    list: (signal) => all({ method: "GET", path: "/settings", signal }),
    change: (body, signal) => all({ method: "PATCH", path: "/settings", body, signal }),
    reset: (name, signal) => all({ method: "DELETE", path: pathOf(name), signal }),
    test: (name, signal) =>
      send({ method: "POST", path: pathOf(name, "/test"), answer: TokenTestAnswer, signal }),
  };
}
