import { Turns } from "../take-turns.ts";
import { MAX_OPENINGS, MAX_OPENINGS_PER_JUMP } from "./ssh-settings.ts";
import type { Openings } from "./ssh-settings.ts";

/** One for all connections of a server. There are as many entries as there are jump hosts. */
export function createOpenings(): Openings {
  const jumps = new Map<string, Turns>();
  const through = (jump: string): Turns => {
    const turns = jumps.get(jump) ?? new Turns(MAX_OPENINGS_PER_JUMP);
    jumps.set(jump, turns);
    return turns;
  };
  return { all: new Turns(MAX_OPENINGS), through };
}
