/** Resource cards in the folder of a test server. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const FENCE = "```";

export async function putCard(
  { cards }: { cards: string },
  filepath: string,
  script: string,
  matter = "title: T",
): Promise<void> {
  const full = join(cards, filepath);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, `---\n${matter}\n---\n\n# Download\n\n${FENCE}bash\n${script}\n${FENCE}\n`);
}
