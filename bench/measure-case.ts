/** One case: every contender in interleaved rounds, each result looked at before it counts. */
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./cases.ts";
import type { Contender, Errand } from "./contenders.ts";
import type { Cost } from "./measure.ts";
import { measure } from "./measure.ts";

export interface Measured {
  contender: Contender;
  costs: Cost[];
}

/** @param scratch HAULYARD_DATA goes there: nobody's settings are read */
export async function measureCase(
  { bytes }: Case,
  contenders: readonly Contender[],
  errand: Errand,
  rounds: number,
  scratch: string,
): Promise<Measured[]> {
  const measured = contenders.map((contender): Measured => ({ contender, costs: [] }));
  // The first one is not counted: it meets memory that was never touched and files that were never read.
  for (let round = -1; round < rounds; round += 1) {
    const from = (round + 1) % measured.length;
    // Each round begins with another one, so that none always follows the same.
    for (const { contender, costs } of [...measured.slice(from), ...measured.slice(0, from)]) {
      rmSync(errand.folder, { recursive: true, force: true });
      mkdirSync(errand.folder);
      const env = { ...contender.env?.(errand), HAULYARD_DATA: join(scratch, "data") };
      const cost = await measure(contender.command(errand), env);
      if (round >= 0) costs.push(cost);
      if (contender.peer !== "sha256") expectBytes(contender, errand.folder, bytes);
    }
  }
  rmSync(errand.folder, { recursive: true, force: true });
  return measured;
}

function expectBytes({ label }: Contender, folder: string, bytes: number): void {
  const got = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (got !== bytes) throw new Error(`${label} wrote ${got} bytes in place of ${bytes}`);
}
