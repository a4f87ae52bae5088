/** A card → what its clients get to see: the old resource queue's fields, and no secrets. */
import type { Call, Card, CommandReading, CommandVerdict, Dependency } from "../job/card-contract.ts";
import { showPath } from "../job/command-path.ts";
import { isSecretName, REDACTED, redactProse, redactText, redactUrl } from "../job/redact.ts";
import type { CallMessage, ResourceDetailMessage, ResourceMessage } from "./resources.ts";

export function toResourceMessage(card: Card): ResourceMessage {
  const { filepath, description, commands } = card;
  return {
    metadata: toMetadata(card),
    description: redactProse(description),
    download_command: toScript(card),
    commands: commands.map(({ shown }) => shown),
    filename: filepath.slice(filepath.lastIndexOf("/") + 1),
    filepath,
  };
}

export function toResourceDetail(
  card: Card,
  dependencies: readonly Dependency[],
  judge: (command: CommandReading) => CommandVerdict,
): ResourceDetailMessage {
  return {
    ...toResourceMessage(card),
    command_details: card.commands.map((command) => {
      const verdict = judge(command);
      return {
        line: command.line,
        name: command.name,
        command: command.shown,
        calls: command.calls.map(toCall),
        allowed: verdict.kind === "allowed",
        reason: verdict.kind === "allowed" ? null : redactText(verdict.reason),
      };
    }),
    dependencies: dependencies.map(({ name, filepath, problem }) => ({ name, filepath, problem })),
    remarks: card.remarks.map(({ line, message }) => ({ line, message: redactText(message) })),
  };
}

/** As it is written, unless a secret has to be taken out of it. */
function toScript({ script, commands }: Card): string {
  const isOpen = commands.every(({ text, shown }) => text === shown) && redactText(script) === script;
  return isOpen ? script : commands.map(({ shown }) => shown).join("\n");
}

function toMetadata({ facts, frontMatter }: Card): ResourceMessage["metadata"] {
  const { published, size, creator, air: AIR, image, license } = facts;
  const url = facts.url === null ? null : redactUrl(facts.url);
  return {
    ...unknownFields(frontMatter),
    title: facts.title,
    tags: [...facts.tags],
    version: facts.version ?? "",
    ecosystem: facts.ecosystem ?? "",
    basemodel: facts.basemodel ?? "",
    type: facts.type ?? "",
    dependencies: [...facts.dependencies],
    aliases: [...facts.aliases],
    ...withoutNulls({ published, size, creator, AIR, image, license, url }),
  };
}

type WithoutNulls<T> = { [Name in keyof T]?: NonNullable<T[Name]> };

function withoutNulls<T extends object>(fields: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}

function unknownFields(frontMatter: Card["frontMatter"]): Record<string, unknown> {
  const known = new Set(KNOWN);
  return Object.fromEntries(
    Object.entries(frontMatter)
      .filter(([name]) => !known.has(name.toLowerCase()))
      .map(([name, value]) => [name, isSecretName(name) ? REDACTED : redactValue(value)]),
  );
}

const KNOWN =
  "tags title version published size creator ecosystem basemodel type air image license url dependencies aliases".split(
    " ",
  );

function redactValue(value: unknown): unknown {
  if (typeof value === "string") return redactProse(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? REDACTED : redactValue(inner)]),
  );
}

function toCall(call: Call): CallMessage {
  switch (call.kind) {
    case "download":
      return {
        kind: "download",
        tool: call.tool,
        fetches: call.fetches.map(({ urls, folder, file }) => ({
          urls: urls.map(redactUrl),
          folder: showPath(folder),
          file: file === null ? null : redactUrl(file),
        })),
        resumes: call.resumes,
        headers: [...call.headers],
        credentials: [...call.credentials],
        unknown_options: call.unknownOptions.map(redactText),
        risky_options: call.riskyOptions.map(redactText),
      };
    case "prepare":
      return { kind: "prepare", program: call.program, paths: call.paths.map(showPath) };
    case "other":
      return { kind: "other", program: redactText(call.program) };
    default:
      throw call satisfies never;
  }
}
