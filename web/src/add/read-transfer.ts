/** What was pasted or dropped → text for the box, and files that are sources by themselves. */
import { t } from "../words/words.ts";
import type { Attachment } from "./add-draft.ts";

/** The server takes sources up to 16 MiB; a picture grows by a third on its way (base64). */
const MAX_TEXT_BYTES = 15 * 1024 * 1024;
const MAX_PICTURE_BYTES = 11 * 1024 * 1024;

const PICTURE = /\.(?:png|webp)$/i;
const TEXT = /\.(?:txt|text|lst|list|urls?|csv|tsv|sh|aria2|input|curl|md|log)$/i;

export interface Handed {
  /** For the box; may be empty. */
  text: string;
  attachments: Attachment[];
  /** Files that are of no use, and why. */
  refused: string[];
  /** A link or another program put it here: a person has to say yes before anybody is asked about it. */
  fromElsewhere?: boolean;
  /** It is for several places: which ones is chosen then. */
  forSeveral?: boolean;
}

/** What a drag or a clipboard holds; has to be asked at once, for it is empty after the event. */
export function takeTransfer(data: DataTransfer): { text: string; files: File[] } {
  const files = [...data.files];
  // A picture that is dragged out of a page comes with its address: the file is meant.
  if (files.length > 0) return { text: "", files };
  const links = data.getData("text/uri-list");
  const text = links === "" ? data.getData("text/plain") : links.replaceAll(/^#.*(?:\r?\n|$)/gm, "");
  return { text: text.trimEnd(), files };
}

export async function readFiles(files: readonly File[]): Promise<Handed> {
  const handed: Handed = { text: "", attachments: [], refused: [] };
  for (const file of files) await readOne(file, handed);
  return handed;
}

async function readOne(file: File, handed: Handed): Promise<void> {
  const { name, size } = file;
  const isPicture = PICTURE.test(name) || /^image\/(?:png|webp)$/.test(file.type);
  if (size > (isPicture ? MAX_PICTURE_BYTES : MAX_TEXT_BYTES)) {
    handed.refused.push(t("{name} is too large to be a list, a workflow or a picture of one", { name }));
    return;
  }
  const attach = (source: string): void => {
    handed.attachments.push({
      key: `${Date.now()} ${handed.attachments.length} ${name}`,
      name,
      size,
      source,
    });
  };
  if (isPicture) return attach(await readAsDataUrl(file));
  if (/\.json$/i.test(name) || file.type === "application/json") return attach(await file.text());
  if (!TEXT.test(name) && !file.type.startsWith("text/")) {
    handed.refused.push(
      t("{name} is neither a list, a workflow nor a picture that was made with one", { name }),
    );
    return;
  }
  const text = (await file.text()).trimEnd();
  // A workflow under another name.
  if (text.trimStart().startsWith("{")) return attach(text);
  handed.text = joinLines(handed.text, text);
}

function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(typeof reader.result === "string" ? reader.result : ""));
    reader.addEventListener("error", () => reject(reader.error ?? new Error(`${file.name} cannot be read`)));
    reader.readAsDataURL(file);
  });
}

/** One below the other, without an empty line between them. */
export function joinLines(above: string, below: string): string {
  if (above.trim() === "") return below;
  return below === "" ? above : `${above.trimEnd()}\n${below}`;
}

/** What was handed in one after the other. */
export function joinHanded(before: Handed, after: Handed): Handed {
  return {
    text: joinLines(before.text, after.text),
    attachments: [...before.attachments, ...after.attachments],
    refused: [...before.refused, ...after.refused],
    fromElsewhere: before.fromElsewhere === true || after.fromElsewhere === true,
    forSeveral: before.forSeveral === true || after.forSeveral === true,
  };
}
