import type { Begin } from "../stage.ts";
import { nodeOf } from "../stage.ts";

export const killNode: Begin = async (stage, trouble) => {
  const node = nodeOf(stage, trouble);
  await node.kill9();
  return () => node.start();
};

export const stopNode: Begin = async (stage, trouble) => {
  const node = nodeOf(stage, trouble);
  // While its database is away it may not be able to say goodbye; that it ends well is asked for at the end.
  const code = await node.stop();
  stage.note(`${node.name} ended with ${code}`);
  return () => node.start();
};

export const freezeNode: Begin = async (stage, trouble) => {
  const node = nodeOf(stage, trouble);
  node.signal("SIGSTOP");
  return async () => node.signal("SIGCONT");
};

const HOUR_MS = 3_600_000;
/** Hours a clock may be wrong by: summer time, a dead battery, a person who meant well. */
const JUMPS = [1, -1, 0.03, -0.03, 49, -49, 2, -400] as const;

export const jumpClock: Begin = async (stage, trouble) => {
  const node = nodeOf(stage, trouble);
  const hours = JUMPS[Math.floor(trouble.amount * JUMPS.length)] ?? 1;
  node.setClock(hours * HOUR_MS);
  stage.note(`the clock of ${node.name} is ${hours} h ahead`);
  return async () => node.setClock(0);
};
