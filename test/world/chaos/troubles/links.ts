/** Cables: to the database, to the origin, to instances. */
import type { Begin } from "../stage.ts";
import { nodeOf, OVER } from "../stage.ts";
import type { TcpRelay } from "../../tcp-relay.ts";

/** Bytes per second of a connection, at the least. */
const SLOW = 20_000;

const swallow = (cable: TcpRelay): (() => Promise<void>) => {
  cable.set("swallow");
  return async () => cable.set("pass");
};

export const loseDatabase: Begin = async (stage, trouble) => swallow(nodeOf(stage, trouble).link);

export const cutDatabase: Begin = async (stage, trouble) => {
  nodeOf(stage, trouble).link.cut();
  return OVER;
};

export const cutOrigin: Begin = async ({ rig }) => {
  rig.originLink.cut();
  return OVER;
};

export const loseOrigin: Begin = async ({ rig: { originLink } }) => {
  originLink.set("refuse");
  originLink.cut();
  return async () => originLink.set("pass");
};

export const slowOrigin: Begin = async ({ rig: { originLink } }, { amount }) => {
  originLink.slow(SLOW * (1 + 9 * amount));
  return async () => originLink.slow(null);
};

export const cutInstance: Begin = async ({ rig }, { target }) => {
  rig.instances[target]?.cable.cut();
  return OVER;
};

export const loseInstance: Begin = async ({ rig }, { target }) => {
  const cable = rig.instances[target]?.cable;
  return cable === undefined ? OVER : swallow(cable);
};
