/** An image of the catalogue, asked for by its id: the newest build, with the hash its publisher tells. */
import { join } from "node:path";
import type { PlanOutcome, Refusal } from "../job/catalog-contract.ts";
import { CatalogueError } from "../job/catalog-contract.ts";
import type { ImageCatalogue, ImageEntry, ResolvedImage } from "../job/image-contract.ts";
import { redactText } from "../job/redact.ts";
import type { Place } from "../job/job.ts";
import { findTarget } from "./find-target.ts";
import { isImageId } from "./images/read-image-entry.ts";
import { refuse, type Asked, type CheckedRequest } from "./read-request.ts";

/** Null if the source is no id of the catalogue. */
export async function planImage({ checked, site, context, signal }: Asked): Promise<PlanOutcome | null> {
  const { images } = context;
  // A catalogue may have to ask publishers for what it has: not about what is no id of it.
  if (!isImageId(checked.request.source)) return null;
  const entry = await findEntry(checked.request.source, () => images.catalogue());
  if (entry === null || "kind" in entry) return entry;
  const { imagesFolder } = context;
  if (checked.request.path !== null && site.place.kind === "node")
    return refuse(
      "path",
      "path_refused",
      `path must not be given for an image: images go to ${imagesFolder}`,
      "Leave the path out.",
    );
  const outcome = await images.resolve(entry, signal);
  if (outcome.kind === "failed") return { kind: "refused", field: "source", failure: outcome.failure };
  if (outcome.kind === "aborted")
    return refuse("source", "stopped", `source: the publisher of ${entry.id} was not asked to the end`);
  const disagreement = refuseDisagreement(checked, outcome.image);
  if (disagreement !== null) return disagreement;
  const { fileName: title, url } = outcome.image;
  const { path } = checked.request;
  const target =
    path === null
      ? { kind: "target" as const, folder: imagesFolder, name: null }
      : await findTarget(path, url, context);
  return target.kind === "refused"
    ? target
    : draftOf(checked, outcome.image, site.place, { folder: target.folder, name: target.name ?? title });
}

function draftOf(
  { request, mirrors, checksum: asked }: CheckedRequest,
  image: ResolvedImage,
  place: Place,
  { folder, name }: { folder: string; name: string },
): PlanOutcome {
  const { entry, build, url, checksum, sizeBytes } = image;
  return {
    kind: "planned",
    draft: {
      source: { kind: "image", imageId: entry.id, build },
      place,
      steps: [
        {
          kind: "transfer",
          url,
          mirrors: mirrors.filter((mirror) => mirror !== url),
          folder,
          name,
          size: sizeBytes ?? request.size,
          checksum: checksum ?? asked,
          headers: request.headers,
          ifExists: request.replace ? "replace" : "adopt",
        },
      ],
      name,
      destination: join(folder, name),
      priority: request.priority,
      limitBytesPerSecond: request.limitBytesPerSecond,
      after: request.after,
    },
  };
}

async function findEntry(
  source: string,
  read: () => Promise<ImageCatalogue>,
): Promise<ImageEntry | Refusal | null> {
  let catalogue: ImageCatalogue;
  try {
    catalogue = await read();
  } catch (error) {
    // It may be about something else: whoever names an image is told by what asks about images.
    if (error instanceof CatalogueError) return null;
    throw error;
  }
  const entry = catalogue.byId(source);
  if (entry !== null) return entry;
  const fault = catalogue.bad.find(({ id }) => id === source);
  if (fault === undefined) return null;
  const about = [fault.field, fault.reason].filter((word) => word !== "").join(" ");
  return refuse(
    "source",
    "unsupported",
    `The image ${redactText(source)} of the catalogue cannot be used: ${about}`,
    "Correct the entry.",
  );
}

/** What a request says about the file must not differ from what its publisher says. */
function refuseDisagreement(
  { request, checksum: asked }: CheckedRequest,
  image: ResolvedImage,
): Refusal | null {
  const { checksum, sizeBytes } = image;
  if (asked !== null && checksum?.algorithm === asked.algorithm && checksum.hex !== asked.hex)
    return refuse(
      "sha256",
      "checksum_mismatch",
      `sha256 is not the one that is published: ${checksum.hex} (${checksum.origin})`,
      "Leave it out: the hash of an image is known.",
    );
  if (request.size !== null && sizeBytes !== null && request.size !== sizeBytes)
    return refuse(
      "size",
      "size_mismatch",
      `size is not the one that is published, ${sizeBytes} bytes`,
      "Leave it out.",
    );
  return null;
}
