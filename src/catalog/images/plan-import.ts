/** An image from an address, in no catalogue: what it is called, and the step that fetches it. Pure. */
import { failure } from "../../job/failure.ts";
import { refusePath, toFileName } from "../../job/file-name.ts";
import type { ImageEntry, ImportOutcome, ImportRequest } from "../../job/image-contract.ts";
import { redactText } from "../../job/redact.ts";
import { readHttpUrl } from "../http-url.ts";
import { IMAGE_ENDING } from "./file-name-of.ts";

export function planImport(
  { name, url, checksum }: ImportRequest,
  folder: string,
  entries: readonly ImageEntry[],
): ImportOutcome {
  const address = readHttpUrl(url, "url");
  if (address.url === null) return refuse("url", address.refusal);
  if (toFileName(name) === null || /[/\\]/.test(name))
    return refuse("name", "name must be the name of a file");
  const ending = IMAGE_ENDING.exec(new URL(address.url).pathname)?.[0].toLowerCase() ?? ".img";
  const fileName = toFileName(IMAGE_ENDING.test(name) ? name : name + ending) ?? "";
  const refusal = refusePath(fileName, "name");
  if (refusal !== null) return refuse("name", refusal);
  // It would be taken for that image from then on.
  if (entries.some(({ id }) => id === fileName))
    return refuse("name", `name is the one of an image of the catalogue: ${redactText(fileName)}`);
  return {
    kind: "step",
    step: {
      kind: "transfer",
      url: address.url,
      mirrors: [],
      folder,
      name: fileName,
      size: null,
      checksum: checksum === null ? null : { ...checksum, origin: "request" },
      headers: {},
      ifExists: "refuse",
    },
  };
}

function refuse(field: string, message: string): ImportOutcome {
  return {
    kind: "refused",
    field,
    failure: failure(field === "name" ? "path_refused" : "unsupported", message),
  };
}
