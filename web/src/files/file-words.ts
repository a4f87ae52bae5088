/** What is known of a file, in words. Pure. */
import type { FileMessage } from "../../../src/wire/files.ts";
import { REDACTED } from "../../../src/job/redact.ts";
import { formatTime } from "../format/time.ts";
import { t } from "../words/words.ts";

export interface FileLook {
  label: string;
  tone: "ok" | "bad" | "plain";
  /** The whole of it. */
  sentence: string;
}

/** Whether its bytes are right, as far as anybody knows. */
export function hashLook({ check, sha256 }: FileMessage): FileLook {
  if (check !== null) {
    const values = { at: formatTime(check.at), origin: check.origin };
    return check.verdict === "right"
      ? {
          label: t("Verified"),
          tone: "ok",
          sentence: t("Read on {at}: every byte is as the {origin} says.", values),
        }
      : {
          label: t("Wrong bytes"),
          tone: "bad",
          sentence: t("Read on {at}: these are not the bytes that the {origin} names.", values),
        };
  }
  if (sha256 !== null) return { label: t("Hash known"), tone: "plain", sentence: `SHA-256 ${sha256}` };
  return {
    label: t("Not read yet"),
    tone: "plain",
    sentence: t("Files are read for their hashes by and by, the largest first."),
  };
}

/** Who knows the file. */
export type FileKnown =
  | { kind: "model"; name: string }
  /** Another name for the bytes of an entry. */
  | { kind: "same"; name: string }
  | { kind: "source"; text: string }
  | { kind: "unread" | "stranger" };

/** @param nameOf a model of the catalogue, as people call it */
export function knownAs(
  file: FileMessage,
  nameOf: (model: NonNullable<FileMessage["model"]>) => string,
): FileKnown {
  const { model, source, sha256 } = file;
  if (model !== null) return { kind: model.by === "path" ? "model" : "same", name: nameOf(model) };
  if (source !== null) return { kind: "source", text: source.text };
  return { kind: sha256 === null ? "unread" : "stranger" };
}

export function knownSentence(known: FileKnown): string {
  switch (known.kind) {
    case "model":
      return t("In the catalogue as {name}", { name: known.name });
    case "same":
      return t("The same bytes as {name} of the catalogue", { name: known.name });
    case "source":
      return t("Downloaded from {source}", { source: known.text });
    case "unread":
      return t("Unknown; its hash may tell which model it is");
    case "stranger":
      return t("Unknown; no entry of the catalogue has these bytes");
    default:
      throw known satisfies never;
  }
}

/** What to ask for so that the right bytes come in place of the wrong ones; null if nobody knows where they are. */
export function askForRightBytes(file: FileMessage) {
  if (file.check?.verdict !== "wrong") return null;
  const { model, source, path, check } = file;
  if (model?.by === "path") return { source: `${model.set_id}/${model.model_id}`, replace: true };
  // An address whose secret parts were left out leads nowhere.
  if (source === null || source.kind === "workflow" || source.text.includes(REDACTED)) return null;
  return { source: source.text, path, replace: true, sha256: check.expected };
}

/** Path → folder and name. */
export function splitPath(path: string): { folder: string; name: string } {
  const cut = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(1, cut)), name: path.slice(cut + 1) };
}

/** The path as an entry of the catalogue has it: below the models folder, else as it is. */
export function pathInModels(path: string, modelsDir: string | null): string {
  const root = modelsDir === null ? null : `${modelsDir.replace(/\/$/, "")}/`;
  return root !== null && path.startsWith(root) ? path.slice(root.length) : path;
}
