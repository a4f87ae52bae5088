/** Old system A: images by Connect-style JSON (CONTRACT §5 A). Field names and words are its clients'. */
import { z } from "zod";
import { IMPORT_CHECKSUMS } from "./images.ts";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const text = (max: number): z.ZodString =>
  z.string().max(max).regex(NO_CONTROL, "must not hold control characters");

/** In protobuf's JSON a number may come as a text. */
const Count = z.union([
  z.number().int().min(0).max(1_000_000),
  z
    .string()
    .regex(/^\d{1,6}$/, "must be a whole number")
    .transform(Number),
]);

/** An empty text means the same as none: protobuf knows no difference. */
export const GetImageCatalogRequest = z.object({ osFamily: text(64).nullish() });
export const DownloadImageRequest = z.object({
  catalogId: text(200).min(1),
  nodeId: text(200).nullish(),
  storagePoolId: text(200).nullish(),
  name: text(240).nullish(),
});
export const GetImportStatusRequest = z.object({ jobId: text(200).min(1) });
export const GetCatalogDownloadStatusRequest = z.object({
  catalogIds: z.array(text(200)).max(10_000).default([]),
});
export const ListImagesRequest = z.object({
  osFamily: text(64).nullish(),
  pageSize: Count.nullish(),
  pageToken: text(64).nullish(),
});
export const ImportImageRequest = z.object({
  name: text(240).min(1),
  url: text(8192).min(1),
  checksum: text(256).nullish(),
  checksumType: z
    .preprocess(
      (word) => (typeof word === "string" ? word.toLowerCase().replace(/[-_]/g, "") : word),
      z.enum([...IMPORT_CHECKSUMS, ""]).nullish(),
    )
    .optional(),
});
export const DeleteImageRequest = z.object({ id: text(4096).min(1) });

const Os = z.object({
  family: z.string(),
  distribution: z.string(),
  version: z.string(),
  architecture: z.string(),
  defaultUser: z.string(),
  cloudInitEnabled: z.boolean(),
});
export type OsMessage = z.infer<typeof Os>;

/** 64-bit numbers are texts. */
const Big = z.string().regex(/^\d+$/);

export const CatalogEntryMessage = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    url: z.string(),
    /** Empty where only the publisher's list has it. */
    checksum: z.string(),
    checksumType: z.string(),
    os: Os,
    sizeBytes: Big,
    /** Its bytes are held against a hash. */
    verified: z.boolean(),
  })
  .meta({ id: "ImageCatalogEntry" });
export type CatalogEntryMessage = z.infer<typeof CatalogEntryMessage>;

export const ServiceImageMessage = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    labels: z.record(z.string(), z.string()),
    spec: z.object({
      format: z.enum(["RAW", "QCOW2", "VMDK", "VHD", "ISO", "OVA"]).optional(),
      source: z.object({ url: z.string() }).optional(),
      os: Os.optional(),
      catalogId: z.string(),
    }),
    status: z.object({
      phase: z.enum(["UNKNOWN", "PENDING", "DOWNLOADING", "READY", "ERROR"]),
      sizeBytes: Big,
      virtualSizeBytes: Big,
      progressPercent: z.number().int().min(0).max(100),
      checksum: z.string(),
      errorMessage: z.string(),
      storagePoolId: z.string(),
      path: z.string(),
      nodeId: z.string(),
      folderPath: z.string(),
      filename: z.string(),
    }),
  })
  .meta({ id: "ServiceImage" });
export type ServiceImageMessage = z.infer<typeof ServiceImageMessage>;

export const GetImageCatalogAnswer = z.object({ images: z.array(CatalogEntryMessage) });
export const ImageStartedAnswer = z.object({ jobId: z.uuid(), image: ServiceImageMessage });
export const GetImportStatusAnswer = z.object({
  jobId: z.uuid(),
  imageId: z.string(),
  status: z.enum(["PENDING", "DOWNLOADING", "COMPLETED", "FAILED"]),
  progressPercent: z.number().int().min(0).max(100),
  bytesDownloaded: Big,
  /** 0 while unknown. */
  bytesTotal: Big,
  errorMessage: z.string(),
});
export const GetCatalogDownloadStatusAnswer = z.object({
  statuses: z.array(
    z.object({
      catalogId: z.string(),
      status: z.enum(["NOT_DOWNLOADED", "DOWNLOADING", "READY", "ERROR"]),
      imageId: z.string(),
      storagePoolId: z.string(),
      progressPercent: z.number().int().min(0).max(100),
      errorMessage: z.string(),
    }),
  ),
});
export const ListImagesAnswer = z.object({
  images: z.array(ServiceImageMessage),
  /** Empty on the last page. */
  nextPageToken: z.string(),
  totalCount: z.number().int(),
});
export const DeleteImageAnswer = z.object({});
