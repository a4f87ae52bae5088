/** What is given on a command line → a channel. Pure but for what is asked of standard input. */
import type { ChannelRequest } from "../../wire/notifications.ts";
import { UsageError } from "../usage-error.ts";

export const CHANNEL_KINDS = ["webhook", "ntfy", "discord", "telegram", "mail", "command"] as const;
export type ChannelKindWord = (typeof CHANNEL_KINDS)[number];

/** As commander gives them. */
export interface AddChannelOptions {
  url?: string;
  topic?: string;
  token?: string;
  chat?: string;
  from?: string;
  to?: string[];
  timeout?: string;
  name?: string;
  event?: string[];
  place?: string[];
  set?: string[];
  digest?: string;
  named?: true;
  json?: true;
}

type Option = Exclude<keyof AddChannelOptions, "json">;

/** What belongs to which kind: the first ones are needed. */
const OPTIONS: Readonly<Record<ChannelKindWord, { needs: readonly Option[]; takes: readonly Option[] }>> = {
  webhook: { needs: ["url"], takes: [] },
  ntfy: { needs: ["topic"], takes: ["url", "token"] },
  discord: { needs: ["url"], takes: [] },
  telegram: { needs: ["token", "chat"], takes: ["url"] },
  mail: { needs: ["url", "from", "to"], takes: [] },
  command: { needs: [], takes: ["timeout"] },
};
const OF_A_KIND: readonly Option[] = ["url", "topic", "token", "chat", "from", "to", "timeout"];

/** @param secret what is to be read in place of `-` */
export async function readChannel(
  kind: ChannelKindWord,
  program: readonly string[],
  options: AddChannelOptions,
  secret: () => Promise<string>,
): Promise<ChannelRequest> {
  check(kind, program, options);
  const given = { ...options };
  const dashes = (["url", "token"] as const).filter((name) => options[name] === "-");
  if (dashes.length > 1)
    throw new UsageError("Only one of --url and --token can be read from standard input.");
  for (const name of dashes) given[name] = await secret();
  const { name, event, place, set, digest, named } = options;
  return {
    settings: settingsOf(kind, program, given) as ChannelRequest["settings"],
    ...(name === undefined ? {} : { name }),
    // What is no event the server says.
    ...(event === undefined ? {} : { events: event as NonNullable<ChannelRequest["events"]> }),
    ...(place === undefined ? {} : { places: place }),
    ...(set === undefined ? {} : { sets: set }),
    ...(digest === undefined ? {} : { digest_seconds: readSeconds("--digest", digest) }),
    ...(named === true ? { named } : {}),
  };
}

function check(kind: ChannelKindWord, program: readonly string[], options: AddChannelOptions): void {
  const { needs, takes } = OPTIONS[kind];
  const missing = needs.find((name) => options[name] === undefined);
  if (missing !== undefined) throw new UsageError(`${kind} needs --${missing}.`);
  const strange = OF_A_KIND.find(
    (name) => options[name] !== undefined && !needs.includes(name) && !takes.includes(name),
  );
  if (strange !== undefined) throw new UsageError(`--${strange} means nothing for ${kind}.`);
  if (kind === "command" && program.length === 0)
    throw new UsageError("command needs a program: haulyard notifications add command -- /path/to/program");
  if (kind !== "command" && program.length > 0)
    throw new UsageError(`${kind} takes no further words, got ${JSON.stringify(program[0])}.`);
}

function settingsOf(kind: ChannelKindWord, program: readonly string[], options: AddChannelOptions): object {
  const { url, topic, token, chat, from, to, timeout } = options;
  const fields = {
    url,
    topic,
    token,
    chat_id: chat,
    from,
    to,
    argv: kind === "command" ? [...program] : undefined,
    timeout_seconds: timeout === undefined ? undefined : readSeconds("--timeout", timeout),
  };
  return { kind, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

function readSeconds(option: string, text: string): number {
  if (!/^\d{1,6}$/.test(text))
    throw new UsageError(`${option}: expected a whole number of seconds, got ${JSON.stringify(text)}.`);
  return Number(text);
}
