/** What a screen reader, a keyboard or weak eyes would stumble over, and what does not fit the screen. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const RULES = {
  light: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] },
  // The same page in other colours: what is not about these was looked at in the light.
  dark: { type: "rule", values: ["color-contrast", "link-in-text-block"] },
} as const;

/**
 * One line for each fault, in both colour schemes; none if there is none.
 * @param within only what is inside of this: a page is looked at once, its dialogs by themselves
 */
export async function faultsOf(page: Page, within = "html"): Promise<string[]> {
  const faults: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    // Colours in mid-change are nobody's.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { type, values } = RULES[colorScheme];
    const axe = new AxeBuilder({ page }).options({
      resultTypes: ["violations"],
      runOnly: { type, values: [...values] },
    });
    // There are no frames: one look at the page itself, and of what is well nothing is carried to us.
    const { violations } = await axe.setLegacyMode().include(within).analyze();
    for (const { id, nodes } of violations)
      faults.push(...nodes.map(({ html }) => `${colorScheme}: ${id}: ${html}`));
  }
  const tooWide = await page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
  return tooWide > 0 ? [...faults, `the page is ${tooWide} pixels wider than the screen`] : faults;
}
