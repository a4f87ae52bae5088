/** The page of downloads keeps its choice under this name, too (web/src/theme/color-scheme.ts). */
const KEY = "haulyard-color-scheme";

/** The button in the head. */
export function switchScheme(): void {
  const root = document.documentElement;
  document.querySelector("#scheme")?.addEventListener("click", () => {
    const next = root.dataset["mantineColorScheme"] === "dark" ? "light" : "dark";
    root.dataset["mantineColorScheme"] = next;
    root.style.colorScheme = next;
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Where nothing may be kept, the choice holds for this page.
    }
  });
}
