import { expect, it } from "vitest";
import { holdsSecrets } from "./holds-secrets.ts";

const card = (command: string): string =>
  `---\ntitle: A\n---\nUse with token: ohwx\n\n# Download\n\n\`\`\`bash\n${command}\n\`\`\`\n`;

it.each([
  "wget --header='Authorization: Bearer abcdef123456' https://a.org/f.bin",
  "curl -u me:abcdef123456 -O https://a.org/f.bin",
  "civitdl --api-key abcdef123456 1234 .",
  "wget 'https://a.org/f.bin?token=abcdef123456'",
  "HF_TOKEN=abcdef123456 hf download a/b",
])("a card with a secret in its command gives it away: %s", (command) => {
  expect(holdsSecrets(card(command))).toBe(true);
});

it.each([
  "wget https://a.org/f.bin",
  'wget --header="Authorization: Bearer $HF_TOKEN" https://a.org/f.bin',
  'wget --header="X-Api-Key: ${CIVITAI_API_KEY}" https://a.org/f.bin',
  'civitdl --api-key "$CIVITAI_API_KEY" 1234 .',
  'wget "https://a.org/f.bin?token=$TOKEN"',
])("a card that only names one does not: %s", (command) => {
  expect(holdsSecrets(card(command))).toBe(false);
});

it("a card that nobody can read gives away what looks like a secret", () => {
  expect(holdsSecrets("wget --password=abcdef123456 https://a.org")).toBe(true);
  expect(holdsSecrets("a note")).toBe(false);
});
