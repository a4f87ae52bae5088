/** Settings: what they are, where each comes from, and changes of them while the server runs. */
import { z } from "zod";
import { SETTING_CHANGES, SETTING_FORMS, SETTING_SOURCES } from "../job/settings-contract.ts";

/** As much as a setting may have, see src/config/kinds.ts. */
const MAX_TEXT = 4096;
/** There are not half as many. */
const MAX_SETTINGS = 100;

const SettingValueMessage = z.object({
  /** Where it comes from; `changed`: a person changed it while the server ran. */
  source: z.enum(SETTING_SOURCES),
  /** `HAULYARD_PORT`, `--port`, `haulyard.config.json: port`; null for a default or a change. */
  where: z.string().nullable(),
  /** As people write it; null: none, or a secret. */
  text: z.string().nullable(),
  /** Whether there is one: all that is told of a secret. */
  is_set: z.boolean(),
});

export const SettingMessage = z
  .object({
    /** As in `haulyard.config.json`: `retentionHours`. */
    name: z.string(),
    section: z.string(),
    /** Its environment variable. */
    env: z.string(),
    /** Its flag of `haulyard serve`, if it has one. */
    flag: z.string().nullable(),
    /** A sentence without full stop. */
    about: z.string(),
    /** Which values it takes; follows "expected". */
    expects: z.string(),
    form: z.enum(SETTING_FORMS),
    /** What can be chosen, of a choice. */
    choices: z.array(z.string()),
    may_be_none: z.boolean(),
    /** The default, in words. */
    default: z.string(),
    /** From when on a change counts; `elsewhere`: it has a route of its own; `never`: where the server is started only. */
    changeable: z.enum(SETTING_CHANGES),
    /** What counts; if `pending`, from the next start on. */
    value: SettingValueMessage,
    /** What counts when nobody has changed it. */
    given: SettingValueMessage,
    changed_at: z.iso.datetime().nullable(),
    /** Until the next start another value is in use. */
    pending: z.boolean(),
    /** Of folders that are written to. */
    folder: z
      .object({
        free_bytes: z.number().nullable(),
        /** Why it cannot be used, as the end of a sentence. */
        problem: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Setting" });
export type SettingMessage = z.infer<typeof SettingMessage>;

export const SettingListMessage = z.object({ settings: z.array(SettingMessage) });

/** `PATCH /settings`: by name. */
export const SettingsRequest = z
  .record(
    z.string(),
    z.union([z.string().max(MAX_TEXT), z.number(), z.array(z.string().max(MAX_TEXT)), z.null()], {
      error: `must be a text of at most ${MAX_TEXT} characters, a number, a list of texts, or null for none`,
    }),
  )
  .refine((values) => Object.keys(values).length > 0, "must name a setting")
  .refine((values) => Object.keys(values).length <= MAX_SETTINGS, "names more settings than there are")
  .describe('New values by the names of the settings: `{"retentionHours": 48}`; null for none');
export type SettingsRequest = z.input<typeof SettingsRequest>;

/** `POST /settings/{name}/test` of a token. */
export const TokenTestAnswer = z
  .object({
    /** `unreachable`: the service did not answer as it does; `none`: there is no token. */
    state: z.enum(["works", "refused", "unreachable", "none"]),
    /** Who we are to the service, where it says so. */
    as: z.string().nullable(),
    /** What went wrong where the service was not reached. */
    message: z.string().nullable(),
    advice: z.string().nullable(),
  })
  .meta({ id: "TokenTest" });
export type TokenTestAnswer = z.infer<typeof TokenTestAnswer>;
