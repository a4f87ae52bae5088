import type { Insertable } from "kysely";
import type { FileOrigin } from "../../job/file-index-contract.ts";
import type { FileCheck, FileRecord } from "../../job/file-store-contract.ts";
import type { FileRow, FilesTable } from "../schema.ts";

export function decodeFile(row: FileRow): FileRecord {
  return {
    folder: row.folder,
    name: row.name,
    device: row.device,
    inode: row.inode,
    size: row.size,
    mtimeNs: row.mtime_ns,
    ctimeNs: row.ctime_ns,
    sha256: row.sha256,
    isSure: row.is_sure === 1,
    foundAt: row.found_at,
    origin: row.origin === null ? null : (JSON.parse(row.origin) as FileOrigin),
    check: row.verdict === null ? null : (JSON.parse(row.verdict) as FileCheck),
  };
}

export function encodeFile(node: string, record: FileRecord): Insertable<FilesTable> {
  const { folder, name, device, inode, size, mtimeNs, ctimeNs, sha256, isSure, foundAt, origin, check } =
    record;
  return {
    node,
    folder,
    name,
    device,
    inode,
    size,
    mtime_ns: mtimeNs,
    ctime_ns: ctimeNs,
    sha256,
    is_sure: isSure ? 1 : 0,
    found_at: foundAt,
    origin: origin === null ? null : JSON.stringify(origin),
    verdict: check === null ? null : JSON.stringify(check),
  };
}
