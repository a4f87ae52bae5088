/** Images in the words of old system A. Pure. */
import type { ImageEntry, ImageOs } from "../../job/image-contract.ts";
import { redactUrl } from "../../job/redact.ts";
import type { CatalogEntryMessage, OsMessage, ServiceImageMessage } from "../../wire/image-service.ts";
import type { ImageMessage } from "../../wire/images.ts";
import type { ImageRow } from "../images/image-rows.ts";
import { toImageMessage } from "../images/translate-image.ts";

export function toCatalogEntry(entry: ImageEntry): CatalogEntryMessage {
  const { id, name, description, url, checksum, checksumUrl, latest, os, sizeBytes } = entry;
  return {
    id,
    name,
    description,
    url: redactUrl(url),
    checksum: checksum?.hex ?? "",
    checksumType: checksum?.algorithm ?? "",
    os: toOs(os),
    sizeBytes: String(sizeBytes ?? 0),
    verified: checksum !== null || checksumUrl !== null || latest?.checksumUrl != null,
  };
}

/** @param node name of this machine */
export function toServiceImage(row: ImageRow, node: string): ServiceImageMessage {
  const { id, name, description, url, format, status } = toImageMessage(row);
  const words = FORMATS[format];
  const [folderPath, filename] = splitPath(row.file?.filepath ?? row.job?.name ?? "");
  return {
    id,
    name,
    description,
    labels: row.build === null ? {} : { build: row.build },
    spec: {
      ...(words === undefined ? {} : { format: words }),
      ...(url === null ? {} : { source: { url } }),
      ...(row.entry === null ? {} : { os: toOs(row.entry.os) }),
      catalogId: row.entry?.id ?? "",
    },
    status: {
      phase: PHASES[status.phase],
      sizeBytes: String(status.size_bytes ?? 0),
      virtualSizeBytes: String(status.virtual_size_bytes ?? 0),
      progressPercent: status.progress_percent ?? 0,
      checksum: status.checksum ?? "",
      errorMessage: status.error_message ?? "",
      storagePoolId: "",
      path: status.path ?? "",
      nodeId: node,
      folderPath,
      filename,
    },
  };
}

/** «CONVERTING» and the like never happen here: images stay as they are published. */
const PHASES: Readonly<Record<ImageMessage["status"]["phase"], ServiceImageMessage["status"]["phase"]>> = {
  NOT_DOWNLOADED: "UNKNOWN",
  PENDING: "PENDING",
  DOWNLOADING: "DOWNLOADING",
  // To them the download goes on until the file is in place.
  VERIFYING: "DOWNLOADING",
  READY: "READY",
  ERROR: "ERROR",
};

const FORMATS: Readonly<Record<string, ServiceImageMessage["spec"]["format"]>> = {
  qcow2: "QCOW2",
  raw: "RAW",
  img: "RAW",
  vmdk: "VMDK",
  vhd: "VHD",
  vhdx: "VHD",
  iso: "ISO",
  ova: "OVA",
};

function toOs({ family, distribution, version, architecture, defaultUser }: ImageOs): OsMessage {
  return {
    family: family.toUpperCase(),
    distribution,
    version,
    architecture,
    defaultUser: defaultUser ?? "",
    // Who names a user to log in as, means cloud-init to make it.
    cloudInitEnabled: defaultUser !== null,
  };
}

function splitPath(filepath: string): [folder: string, name: string] {
  const at = filepath.lastIndexOf("/");
  return [at === -1 ? "" : filepath.slice(0, at), filepath.slice(at + 1)];
}
