/** A job of one transfer, as the request wants it. */
import { join } from "node:path";
import type { Refusal } from "../job/catalog-contract.ts";
import type { JobDraft, Source, TransferStep } from "../job/job.ts";
import { refuse, type Asked } from "./read-request.ts";

export interface TransferParts
  extends
    Pick<TransferStep, "url" | "folder" | "size" | "checksum" | "ifExists">,
    Partial<Pick<TransferStep, "mirrors" | "headers" | "reach">> {
  source: Source;
  name: string;
}

/** What the request says of mirrors, headers and replacing counts where the parts say nothing else. */
export function draftTransfer({ checked, site }: Asked, parts: TransferParts): JobDraft {
  const { request, mirrors } = checked;
  const { source, url, folder, name, size, checksum, ifExists, reach } = parts;
  const step: TransferStep = {
    kind: "transfer",
    url,
    mirrors: (parts.mirrors ?? mirrors).filter((mirror) => mirror !== url),
    folder,
    name,
    size,
    checksum,
    headers: parts.headers ?? request.headers,
    ifExists: request.replace ? "replace" : ifExists,
    ...(reach === undefined ? {} : { reach }),
  };
  return {
    source,
    place: site.place,
    steps: [step],
    name,
    destination: join(folder, name),
    priority: request.priority,
    limitBytesPerSecond: request.limitBytesPerSecond,
    after: request.after,
  };
}

/** What a request says about a file must not differ from what the service that has it says. */
export function refuseOtherFile(
  { checked: { request, checksum } }: Asked,
  file: Pick<TransferStep, "size" | "checksum">,
  service: string,
): Refusal | null {
  if (
    checksum !== null &&
    file.checksum?.algorithm === checksum.algorithm &&
    checksum.hex !== file.checksum.hex
  )
    return refuse("sha256", "checksum_mismatch", `sha256 is not the one ${service} has for this file`);
  if (request.size !== null && file.size !== null && request.size !== file.size)
    return refuse("size", "size_mismatch", `size is not the one ${service} has, ${file.size} bytes`);
  return null;
}
