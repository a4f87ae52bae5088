/** The files that are here: list, disk use, hold against their hashes. */
import { basename, dirname } from "node:path";
import type { FileRecord } from "../../job/file-store-contract.ts";
import {
  FileListMessage,
  FileListQuery,
  FolderListMessage,
  VerifyFilesMessage,
  VerifyFilesRequest,
} from "../../wire/files.ts";
import type { App } from "../app.ts";
import { expectedHash, readKnownFiles, toFileMessage } from "../files/known-files.ts";
import type { KnownFiles } from "../files/known-files.ts";
import type { ServerParts } from "../parts.ts";
import { requestSignal } from "../request-signal.ts";
import { errors } from "./describe.ts";

const tags = ["files"];

/** Files looked at for one page of those nobody knows: it takes some milliseconds. */
const MOST_LOOKED_AT = 2_000;

type Parts = Pick<ServerParts, "files" | "catalog">;

export function serveFiles(app: App, parts: Parts): void {
  serveListing(app, parts);
  serveVerifying(app, parts);
}

function serveListing(app: App, { files, catalog }: Parts): void {
  app.route({
    method: "GET",
    url: "/files",
    schema: {
      tags,
      operationId: "listFiles",
      summary: "Files in the folders of models, images and downloads",
      querystring: FileListQuery,
      response: {
        200: FileListMessage.describe("A page of files, in the order of their paths."),
        ...errors(400),
      },
    },
    handler: async ({ query: { under, unknown, limit, cursor } }) => {
      const known = await readKnownFiles(catalog);
      const asked = { under: under === undefined ? null : trimmed(under), limit, unknownOnly: unknown };
      return listFiles({ ...asked, after: cursor ?? null }, files, known);
    },
  });

  app.route({
    method: "GET",
    url: "/files/folders",
    schema: {
      tags,
      operationId: "listFolders",
      summary: "Disk use, folder by folder",
      response: { 200: FolderListMessage.describe("The folders, in the order of their paths."), ...errors() },
    },
    handler: async () => {
      const { roots, isComplete, reading, troubles } = files.state();
      return {
        folders: files.folders().map(({ folder, files: count, bytes, unreadBytes }) => ({
          folder,
          files: count,
          bytes,
          unread_bytes: unreadBytes,
        })),
        roots: [...roots],
        complete: isComplete,
        reading,
        troubles: [...troubles],
      };
    },
  });
}

interface Asked {
  under: string | null;
  after: string | null;
  limit: number;
  unknownOnly: boolean;
}

async function listFiles(
  asked: Asked,
  files: ServerParts["files"],
  known: KnownFiles,
): Promise<FileListMessage> {
  const { under, limit, unknownOnly } = asked;
  const page: FileListMessage = { files: [], next: asked.after };
  for (let looked = 0; looked < MOST_LOOKED_AT;) {
    const wanted = limit - page.files.length;
    const { files: records, next } = await files.records({ under, after: page.next, limit: wanted });
    const messages = records.map((record) => toFileMessage(record, known));
    page.files.push(
      ...(unknownOnly ? messages.filter(({ model, source }) => model === null && source === null) : messages),
    );
    page.next = next;
    looked += records.length;
    if (next === null || page.files.length >= limit) return page;
  }
  return page;
}

function serveVerifying(app: App, { files, catalog }: Parts): void {
  app.route({
    method: "POST",
    url: "/files/verify",
    schema: {
      tags,
      operationId: "verifyFiles",
      summary: "Hold files against the hashes they have to have",
      description:
        "Each is read through, which takes as long as its disk needs; the answer comes when all are done. A file has to " +
        "have the hash of its entry in the catalogue, or that which it had when a download of ours brought it. Of one that " +
        "has to have none the hash is found out, and with it the model of the catalogue that it is.",
      body: VerifyFilesRequest,
      response: {
        200: VerifyFilesMessage.describe("What came of it, in the order asked."),
        ...errors(400, 413, 415),
      },
    },
    handler: async (request, reply) => {
      const signal = requestSignal(request, reply);
      const known = await readKnownFiles(catalog);
      const results: VerifyFilesMessage["results"] = [];
      for (const path of request.body.paths) results.push(await verify(path, files, known, signal));
      return { results };
    },
  });
}

async function verify(
  path: string,
  files: ServerParts["files"],
  known: KnownFiles,
  signal: AbortSignal,
): Promise<VerifyFilesMessage["results"][number]> {
  const gone = { path, verdict: "gone", file: null } as const;
  const place = { folder: dirname(path), name: basename(path) };
  const record: FileRecord | null = await files.recordOf(place);
  if (record === null) return gone;
  const expected = expectedHash(record, known);
  if (expected === null) {
    if ((await files.hashNow(path, signal)) === null) return gone;
    const read = await files.recordOf(place);
    return read === null ? gone : { path, verdict: "unknown", file: toFileMessage(read, known) };
  }
  const checked = await files.verify(path, expected, signal);
  if (checked?.check == null) return gone;
  return { path, verdict: checked.check.verdict, file: toFileMessage(checked, known) };
}

/** `/m/vae/` is the folder `/m/vae`. */
function trimmed(folder: string): string {
  return folder.length > 1 ? folder.replace(/\/+$/, "") : folder;
}
