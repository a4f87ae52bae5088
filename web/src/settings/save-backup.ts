import type { Client } from "../../../src/client/create-client.ts";

/** Puts a backup among the browser's downloads; answers its name. */
export async function saveBackup(client: Pick<Client, "backup">, withSecrets: boolean): Promise<string> {
  const parts: BlobPart[] = [];
  for await (const part of await client.backup({ withSecrets })) parts.push(new Uint8Array(part));
  const url = URL.createObjectURL(new Blob(parts, { type: "application/gzip" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `haulyard-${new Date().toISOString().slice(0, 10)}.tar.gz`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url));
  return link.download;
}
