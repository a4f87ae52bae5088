/** Settings: where each comes from, and changes while the server runs. */
import { z } from "zod";
import { redactText } from "../../job/redact.ts";
import type {
  ChangeOutcome,
  SettingsKeeper,
  SettingValue,
  SettingView,
  TokenTest,
} from "../../job/settings-contract.ts";
import { SettingListMessage, SettingsRequest, TokenTestAnswer } from "../../wire/settings.ts";
import type { SettingMessage } from "../../wire/settings.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { errors } from "./describe.ts";

const tags = ["server"];
/** Longer than any name there is. */
const SettingPath = z.object({ name: z.string().max(100) });
const ALL = SettingListMessage.describe("All settings, as they are now.");

export function serveSettings(
  app: App,
  { settingsKeeper: keeper }: Pick<ServerParts, "settingsKeeper">,
): void {
  app.route({
    method: "GET",
    url: "/settings",
    schema: {
      tags,
      operationId: "listSettings",
      summary: "Every setting: its value, where that comes from, and whether it can be changed here",
      description:
        "Of secrets it is told only whether there is one. Folders that are written to are looked at.",
      response: { 200: ALL, ...errors() },
    },
    handler: () => listSettings(keeper),
  });

  app.route({
    method: "PATCH",
    url: "/settings",
    schema: {
      tags,
      operationId: "changeSettings",
      summary: "Change settings: all that are named, or none",
      description:
        "A change counts in place of what was given at the start, outlives restarts, and holds until it is given up. " +
        "Some settings count at once, the others from the next start on; what guards the server cannot be changed here.",
      body: SettingsRequest,
      response: { 200: ALL, ...errors(400, 413, 415) },
    },
    handler: async (request) => {
      demand(await keeper.change(request.body), "bad_request");
      return listSettings(keeper);
    },
  });

  app.route({
    method: "DELETE",
    url: "/settings/:name",
    schema: {
      tags,
      operationId: "resetSetting",
      summary: "Give a change up: what was given at the start counts again",
      params: SettingPath,
      response: { 200: ALL, ...errors(400, 404) },
    },
    handler: async (request) => {
      demand(await keeper.reset(request.params.name), "not_found");
      return listSettings(keeper);
    },
  });

  serveTokenTest(app, keeper);
}

function serveTokenTest(app: App, keeper: SettingsKeeper): void {
  app.route({
    method: "POST",
    url: "/settings/:name/test",
    schema: {
      tags,
      operationId: "testToken",
      summary: "Ask the service a token is for who we are",
      description: "For `hfToken` and `civitaiApiKey`. May take seconds where the service does not answer.",
      params: SettingPath,
      response: { 200: TokenTestAnswer.describe("What the service says."), ...errors(404) },
    },
    handler: async (request, reply) => {
      const { name } = request.params;
      const test = await keeper.test(name, requestSignal(request, reply));
      if (test === null)
        throw new RequestError(
          "not_found",
          "There is no token of this name: hfToken or civitaiApiKey.",
          "name",
        );
      return toTestAnswer(test);
    },
  });
}

async function listSettings(keeper: SettingsKeeper): Promise<{ settings: SettingMessage[] }> {
  return { settings: (await keeper.view()).map(toSettingMessage) };
}

function demand(outcome: ChangeOutcome, unknown: "bad_request" | "not_found"): void {
  switch (outcome.kind) {
    case "changed":
      return;
    case "unknown":
      throw new RequestError(
        unknown,
        "There is no setting of this name; GET /settings lists them.",
        unknown === "not_found" ? "name" : outcome.name.slice(0, 100),
      );
    case "refused": {
      const message = outcome.problems.map((problem) => problem.message).join(" ");
      throw new RequestError("bad_request", message, outcome.problems[0].name);
    }
    default:
      throw outcome satisfies never;
  }
}

function toSettingMessage(view: SettingView): SettingMessage {
  const { name, section, env, flag, about, expects, form, choices, changeable, pending, folder } = view;
  return {
    name,
    section,
    env,
    flag,
    about,
    expects,
    form,
    choices: [...choices],
    may_be_none: view.mayBeNone,
    default: view.fallback,
    changeable,
    value: toValue(view.value),
    given: toValue(view.given),
    changed_at: view.changedAt === null ? null : new Date(view.changedAt).toISOString(),
    pending,
    folder: folder === null ? null : { free_bytes: folder.freeBytes, problem: folder.problem },
  };
}

function toValue({ source, where, text, isSet }: SettingValue): SettingMessage["value"] {
  return { source, where, text, is_set: isSet };
}

function toTestAnswer(test: TokenTest): TokenTestAnswer {
  const nothing = { as: null, message: null, advice: null };
  switch (test.kind) {
    case "works":
      return { ...nothing, state: "works", as: test.as };
    case "unreachable":
      return {
        ...nothing,
        state: "unreachable",
        message: redactText(test.message),
        advice: test.advice === "" ? null : test.advice,
      };
    case "refused":
    case "none":
      return { ...nothing, state: test.kind };
    default:
      throw test satisfies never;
  }
}
