/** The transfer as the engine and `get` use it. */
import type { FetchDocument } from "../job/document-contract.ts";
import type {
  DiscardPartial,
  InspectExisting,
  LookAtFile,
  ReadPartialMap,
  RunTransfer,
} from "../job/transfer-contract.ts";
import { discardPartial } from "./part/discard-partial.ts";
import { readPartialMap } from "./part/read-partial-map.ts";
import { inspectExisting } from "./place/inspect-existing.ts";
import { lookAtFile } from "./place/look-at-file.ts";
import type { MetalinkReading } from "./metalink/parse-metalink.ts";
import type { ReadMetalink } from "./metalink/fetch-metalink.ts";
import { fetchDocument } from "./document/fetch-document.ts";
import { Machinery } from "./machinery.ts";
import { runTransfer } from "./run-transfer.ts";
import { createHttp1Client } from "./http1/send-over-http1.ts";
import type { TransferSettings } from "./transfer-settings.ts";
import { completeSettings } from "./transfer-settings.ts";

export interface Transfer {
  run: RunTransfer;
  inspect: InspectExisting;
  look: LookAtFile;
  discardPartial: DiscardPartial;
  readPartialMap: ReadPartialMap;
  readMetalink: ReadMetalink;
  parseMetalink(bytes: Uint8Array): Promise<MetalinkReading>;
  fetchDocument: FetchDocument;
  /** Closes idle connections and ends the worker. Runs have to be over. */
  close(): Promise<void>;
}

export function createTransfer(given: TransferSettings = {}): Transfer {
  const settings = completeSettings(given);
  const { send, close } = createHttp1Client(settings);
  const machinery = new Machinery(settings.limits.slots);
  return {
    run: (step, watcher, options) => runTransfer({ step, watcher, options, settings, send, machinery }),
    inspect: (step, signal) => inspectExisting(step, settings, send, signal),
    look: (step, signal) => lookAtFile(step, settings, send, signal),
    discardPartial: (path) => discardPartial(path, settings),
    readPartialMap,
    fetchDocument: (request, signal) => fetchDocument(request, settings, send, signal),
    parseMetalink: async (bytes) => (await import("./metalink/parse-metalink.ts")).parseMetalink(bytes),
    readMetalink: async (asked, signal) => {
      // With its reader of XML it takes longer to load than all the rest; hardly any download is one.
      const { fetchMetalink } = await import("./metalink/fetch-metalink.ts");
      return fetchMetalink(asked, settings, send, signal);
    },
    close: async () => {
      await close();
      await machinery.close();
    },
  };
}
