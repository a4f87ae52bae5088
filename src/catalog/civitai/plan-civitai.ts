/** A model of Civitai, asked for by page, number, AIR or hash: into the folder ComfyUI looks for it in. */
import { dirname, join } from "node:path";
import type { PlanOutcome, Refusal } from "../../job/catalog-contract.ts";
import { toFileName } from "../../job/file-name.ts";
import type { AskedService } from "../ask-service.ts";
import { hasLogin } from "../ask-service.ts";
import type { TransferParts } from "../draft-transfer.ts";
import { draftTransfer, refuseOtherFile } from "../draft-transfer.ts";
import type { Target } from "../find-target.ts";
import { findTarget } from "../find-target.ts";
import { refuse, refuseOwnFolder, refusePatterns, type Asked } from "../read-request.ts";
import { resolveInside } from "../resolve-inside.ts";
import type { CivitaiFind } from "./find-file.ts";
import { findCivitaiFile, headersFor } from "./find-file.ts";
import { modelFolder } from "./model-folders.ts";
import { readCivitaiAddress } from "./read-address.ts";

/** Null if the source names nothing on Civitai. */
export async function planCivitai(asked: Asked): Promise<PlanOutcome | null> {
  const { checked, context, signal } = asked;
  const { request } = checked;
  const { endpoint, hasToken } = context.civitai;
  const reading = readCivitaiAddress(request.source, endpoint);
  if (reading.kind === "other") return null;
  if (reading.kind === "wrong")
    return refuse(
      "source",
      "unsupported",
      `source ${reading.reason}`,
      "Copy the address from the page of the model.",
    );
  const wrong = refusePatterns(request);
  if (wrong !== null) return wrong;
  const headers = headersFor(reading, request.headers);
  const service: AskedService = {
    called: "Civitai",
    endpoint,
    hasToken: hasToken || hasLogin(headers),
    fetch: context.fetch,
    headers,
  };
  const found = await findCivitaiFile(reading, service, signal, ({ bytes, checksum }) =>
    refuseOtherFile(asked, { size: bytes, checksum }, "Civitai"),
  );
  if (found.kind === "found") return planFile({ ...found, service }, asked);
  return {
    kind: "refused",
    field: "field" in found ? found.field : "source",
    failure: found.failure,
    page: found.page ?? null,
  };
}

interface Planned extends Omit<CivitaiFind, "kind"> {
  service: AskedService;
}

async function planFile(planned: Planned, asked: Asked): Promise<PlanOutcome> {
  const { version, file, url, notes } = planned;
  const { request } = asked.checked;
  const title = toFileName(file.name);
  if (title === null)
    return refuse("source", "path_refused", "source: Civitai calls the file by a name that cannot be used");
  const target = await findPlace(title, planned, asked);
  if (target.kind === "refused") return target;
  const { folder } = target;
  const name = target.name ?? title;
  const own = refuseOwnFolder(folder, name, asked.context);
  if (own !== null) return own;
  const parts = { source: { kind: "civitai", versionId: version.id, fileId: file.id } as const, folder };
  const draft = draftTransfer(asked, {
    ...parts,
    url,
    name,
    size: file.bytes ?? request.size,
    checksum: file.checksum ?? asked.checked.checksum,
    headers: planned.service.headers,
    // A file of that name among the models is most likely this one, whole or begun by another tool.
    ifExists: asked.context.models.rootOf(folder) !== null ? "adopt" : "refuse",
  });
  if (!request.withInfo) return { kind: "planned", draft, notes };
  const beside = besides(planned, name).map((more) =>
    draftTransfer(asked, { ...parts, ...more, mirrors: [], size: null, checksum: null, ifExists: "refuse" }),
  );
  return {
    kind: "many",
    title: `${version.modelName} (${version.name})`,
    drafts: [draft, ...beside],
    skipped: [],
    notes,
  };
}

/** Where ComfyUI looks for it, unless the request says something else. */
async function findPlace(
  title: string,
  { version, file }: Planned,
  { checked, context }: Asked,
): Promise<Target | Refusal> {
  const { path } = checked.request;
  const anyUrl = `http://host/${encodeURIComponent(title)}`;
  if (path !== null) return findTarget(path, anyUrl, context);
  const { models, uiHome } = context;
  const isWorkflow = version.modelType.toLowerCase() === "workflows";
  if (isWorkflow && dirname(models.folder) === uiHome) {
    const folder = join(uiHome, "user/default/workflows");
    const root = { folder, called: "workflows folder", isAway: models.isAway === true };
    const inside = await resolveInside(root, title, anyUrl, "the name");
    return inside.kind === "refused"
      ? refuse("source", "path_refused", inside.reason)
      : { kind: "target", folder: inside.folder, name: inside.name };
  }
  const below = modelFolder(version.modelType, file.type);
  const place = below === null ? `civitai/${title}` : await models.placeOf(`${below}/${title}`);
  return findTarget(place, anyUrl, context);
}

/** What is kept beside the model on request, under the names other tools know it by. */
function besides(
  { version, service, place }: Planned,
  name: string,
): Pick<TransferParts, "url" | "name" | "headers" | "reach">[] {
  const base = name.replace(/\.[A-Za-z0-9]{1,12}$/, "");
  const info = {
    url: `${service.endpoint}/api/v1/model-versions/${version.id}`,
    name: `${base}.civitai.info`,
    headers: service.headers,
  };
  if (version.preview === null) return [info];
  const extension =
    /\.(png|jpe?g|webp|gif)$/i.exec(new URL(version.preview).pathname)?.[1]?.toLowerCase() ?? "jpeg";
  // What was given for Civitai is not for the host of its pictures.
  const preview = { url: version.preview, name: `${base}.preview.${extension}`, headers: {} };
  return [info, place === "public" ? { ...preview, reach: "public" } : preview];
}
