/** Sources that nothing here can fetch: says what they look like and what would work. */
import type { Refusal } from "../job/catalog-contract.ts";
import { redactText } from "../job/redact.ts";
import { refuse } from "./read-request.ts";

const SUPPORTED =
  "Give an http:// or https:// address, a line of curl, wget or aria2c, hf://org/repo/file, civitai://version, a model of the catalogue as 'set/model' or by its id, the id of an image, a resource card, or the text of a ComfyUI workflow.";

/** Longest part of a source that is repeated in a message. */
const MAX_QUOTE_LENGTH = 200;

const LOOKS: readonly { as: RegExp; called: string }[] = [
  { as: /^[a-z][a-z0-9+.-]*:\//i, called: "addresses of this kind" },
  {
    as: /\.(?:json|png|webp)$/i,
    called: "names of files (a workflow is given as its text; 'haulyard add FILE' reads it)",
  },
];

export function planUnknown(source: string): Refusal {
  const looks = LOOKS.find(({ as }) => as.test(source));
  const words = /\s/.test(source.trim()) ? "no address is in it, and " : "";
  const quoted = JSON.stringify(redactText(source.slice(0, MAX_QUOTE_LENGTH)));
  return looks === undefined
    ? refuse(
        "source",
        "not_found",
        `source: ${words}the catalogues of models and images have no ${quoted}`,
        SUPPORTED,
      )
    : refuse("source", "unsupported", `source: ${looks.called} are not supported: ${quoted}`, SUPPORTED);
}
