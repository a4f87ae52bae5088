/** The files of one machine, as its index found them: their verbs. */
import type { FileStore } from "../../job/file-store-contract.ts";
import type { Backend } from "../backend.ts";
import {
  filesByHash,
  filesByInode,
  filesBySize,
  filesInFolder,
  folderAfter,
  getFile,
  namesOfFolder,
  pageOfFiles,
  unreadFiles,
} from "./find-files.ts";
import { removeFiles, saveFiles } from "./save-files.ts";

export function createFileStore(backend: Backend, node: string): FileStore {
  const { db } = backend;
  return {
    get: (place) => getFile(db, node, place),
    inFolder: (folder, names) => filesInFolder(backend, node, folder, names),
    names: (folder, after, limit) => namesOfFolder(db, node, folder, { after, limit }),
    byInode: (inodes) => filesByInode(backend, node, inodes),
    byHash: (sha256, limit) => filesByHash(db, node, sha256, limit),
    bySize: (size, limit) => filesBySize(db, node, size, limit),
    unread: (after, limit) => unreadFiles(db, node, after, limit),
    page: (query) => pageOfFiles(db, node, query),
    folderAfter: (folder) => folderAfter(db, node, folder),
    save: (records) => saveFiles(backend, node, records),
    remove: (folder, names) => removeFiles(backend, node, folder, names),
  };
}
