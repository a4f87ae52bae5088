/** A resource card in the folder of a server: a title, and what its download block runs. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "./haulyard.ts";

const FENCE = "```";

export async function layCard(
  { folder }: World,
  name: string,
  title: string,
  command: string,
): Promise<void> {
  const cards = join(folder, "resources");
  await mkdir(cards, { recursive: true });
  const block = `${FENCE}bash\n${command}\n${FENCE}`;
  await writeFile(join(cards, name), `---\ntitle: ${title}\n---\n\n# Download\n\n${block}\n`);
}
