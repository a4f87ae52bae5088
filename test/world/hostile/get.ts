/** How the rows of the hostile matrix run `haulyard get`. */
import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
import type { GetOptions } from "../../../src/cli/get/plan-get.ts";
import type { Ran } from "../cli.ts";
import { startCli } from "../cli.ts";
import type { GetBatch, GetOrder } from "../get-child.ts";
import type { GetPlayer } from "../get-player.ts";
import type { Stage } from "./stage.ts";

const CHILD = resolve(import.meta.dirname, "../get-child.ts");
const NODE = resolve(import.meta.dirname, "../../../tools/n");

/** How many connections a mode has. */
function connectionsOf({ connections }: Stage): string {
  return connections === "one" ? "1" : "8";
}

function urlOf(stage: Stage): string {
  return stage.row.url?.(stage) ?? stage.origin.url + stage.path;
}

/** The program itself, in a process of its own. */
export function getAsPeopleDo(stage: Stage): Promise<Ran> {
  const { row, folder, name } = stage;
  const args = ["get", "--json", "-x", connectionsOf(stage)];
  if (row.address === undefined) args.push("-o", name);
  for (const header of row.header ?? []) args.push("--header", header);
  if (row.sha256 !== undefined) args.push("--sha256", row.sha256(stage));
  const env = row.env?.(stage) ?? {};
  return startCli([...args, urlOf(stage)], { cwd: folder, env }).ended;
}

/** The same code in a process for many of them. */
export function getInPlayer(stage: Stage, player: GetPlayer): Promise<Ran> {
  const { hasty } = stage.row;
  const play = { url: urlOf(stage), options: optionsOf(stage) };
  return player.play(hasty === undefined ? play : { ...play, hasty });
}

/** The same code in one process for all stages; see get-child.ts. */
export function getInChild(
  stages: readonly Stage[],
  batch: Omit<GetBatch, "orders">,
  killAt: (stage: Stage) => GetOrder["killAt"],
): Promise<Ran> {
  const orders = stages.map((stage): GetOrder => {
    const at = killAt(stage);
    const order = { url: urlOf(stage), options: optionsOf(stage) };
    return at === undefined ? order : { ...order, killAt: at };
  });
  const [only] = stages;
  const own = stages.length === 1 && only !== undefined ? (only.row.env?.(only) ?? {}) : {};
  // Past the cache much is on its way to the disk at a time, and then claimed at once.
  const env = { HAULYARD_DIRECT_IO: "off", ...own };
  return startCli([CHILD, JSON.stringify({ ...batch, orders })], { cwd: tmpdir(), env }, NODE).ended;
}

function optionsOf(stage: Stage): GetOptions {
  const { row, folder, name } = stage;
  return {
    json: true,
    connections: connectionsOf(stage),
    ...(row.address === undefined ? { output: join(folder, name) } : { directory: folder }),
    header: row.header ?? [],
    ...(row.sha256 === undefined ? {} : { sha256: row.sha256(stage) }),
  };
}
