/** What a row of the hostile matrix is played on: servers and a folder of its own. */
import { rm } from "node:fs/promises";
import { startFacade } from "../facade.ts";
import type { Facade } from "../facade.ts";
import type { Content } from "../file-bytes.ts";
import type { FileSpec, Origin } from "../origin.ts";
import { contentOf, startOrigin } from "../origin.ts";
import type { Mode, Row } from "./row.ts";
import { quickFolder } from "../quick-folder.ts";

/** An address of the internet; it is never connected to. */
export const PUBLIC = "93.184.215.14";

/** Of each connection, where several are to be worth their while. Bytes per second. */
const PACE = 2_000_000;

export interface Stage extends Mode {
  row: Row;
  folder: string;
  origin: Origin;
  /** Another server. */
  other: Origin;
  /** Over this proxy the origin is the server PUBLIC of the internet. */
  facade: Facade;
  /** Path of the file on the origin. */
  path: string;
  name: string;
  /** Bytes the ledger claimed after kill -9; 0 for a fresh start. */
  stored: number;
  /** What the file was and is: nothing else may ever be stored. */
  versions: Content[];
}

export async function setStage(row: Row, mode: Mode): Promise<Stage> {
  const { name = "a.bin", address = name } = row;
  const folder = quickFolder("haulyard-hostile-");
  const [origin, other] = [await startOrigin({}, row.origin), await startOrigin()];
  const facade = await startFacade({ [PUBLIC]: origin });
  return { ...mode, row, folder, origin, other, facade, path: `/${address}`, name, stored: 0, versions: [] };
}

export async function clear({ folder, origin, other, facade }: Stage): Promise<void> {
  await Promise.all([origin.close(), other.close(), facade[Symbol.asyncDispose]()]);
  await rm(folder, { recursive: true, force: true });
}

/** Many connections take a while to come: for them a file is slower. */
export function paced({ connections }: Mode, file: FileSpec): FileSpec {
  return connections === "one" ? file : { bytesPerSecond: PACE, ...file };
}

/** Puts the file of the row to its place. */
export function put(stage: Stage, file: FileSpec): void {
  const { origin, path, versions } = stage;
  origin.put(path, paced(stage, file));
  for (let next: FileSpec | undefined = file; next !== undefined; next = next.then?.file)
    versions.push(contentOf(path, next));
}
