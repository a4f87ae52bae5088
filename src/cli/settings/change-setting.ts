/** `haulyard settings set` and `reset`. */
import type { Client } from "../../client/create-client.ts";
import type { SettingMessage } from "../../wire/settings.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { openTerminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { readSecret } from "./read-secret.ts";
import { changeLine, findSetting } from "./setting-words.ts";

interface Options {
  json?: true;
}

/** @param value null: none was given on the command line */
export async function setSetting(word: string, value: string | null, options: Options): Promise<ExitCode> {
  const client = connect();
  const setting = await need(client, word);
  const text = await valueOf(setting, value);
  const wanted = text === "none" && setting.may_be_none ? null : text;
  return tell(await client.settings.change({ [setting.name]: wanted }), setting.name, options);
}

export async function resetSetting(word: string, options: Options): Promise<ExitCode> {
  const client = connect();
  const { name } = await need(client, word);
  return tell(await client.settings.reset(name), name, options);
}

async function need(client: Client, word: string): Promise<SettingMessage> {
  const found = findSetting(await client.settings.list(), word);
  if (found === null) throw new UsageError(`there is no setting ${word}; 'haulyard settings' lists them.`);
  return found;
}

async function valueOf({ name, form, may_be_none }: SettingMessage, value: string | null): Promise<string> {
  if (form !== "secret") {
    if (value === null) throw new UsageError(`${name}: say which value: haulyard settings set ${name} VALUE`);
    return value;
  }
  // The word tells nothing.
  if (value === "none" && may_be_none) return value;
  if (value !== null)
    throw new UsageError(
      `${name}: a secret is not taken from the command line, which others can read. Leave it out to be asked, or give ` +
        `it on standard input: haulyard settings set ${name} < file`,
    );
  const secret = await readSecret(`${name}: `);
  if (secret === null || secret === "") throw new UsageError(`${name}: nothing came.`);
  return secret;
}

function tell(settings: readonly SettingMessage[], name: string, { json }: Options): ExitCode {
  const terminal = openTerminal();
  const setting = findSetting(settings, name);
  if (json === true) sayJson(terminal, { setting });
  else if (setting !== null) terminal.print(changeLine(setting));
  return EXIT.done;
}
