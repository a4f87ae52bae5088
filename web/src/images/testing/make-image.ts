import type { ImageMessage } from "../../../../src/wire/images.ts";

/** An image of the catalogue that is not here. */
export function makeImage(
  more: Partial<ImageMessage> = {},
  status: Partial<ImageMessage["status"]> = {},
): ImageMessage {
  return {
    id: "debian-13",
    name: "Debian 13 (trixie)",
    description: "",
    catalog_id: "debian-13",
    os: {
      family: "linux",
      distribution: "debian",
      version: "13",
      architecture: "x86_64",
      default_user: null,
    },
    arch: "x86_64",
    url: "https://example.org/debian-13.qcow2",
    format: "qcow2",
    size_bytes: null,
    build: null,
    update: null,
    job_id: null,
    ...more,
    status: {
      phase: "NOT_DOWNLOADED",
      progress_percent: 0,
      size_bytes: null,
      virtual_size_bytes: null,
      bytes_downloaded: 0,
      bytes_per_second: 0,
      eta_seconds: null,
      checksum: null,
      checksum_type: null,
      checksum_state: null,
      checksum_note: null,
      error_message: null,
      path: null,
      ...status,
    },
  };
}
