// Sets the colour scheme before the first paint, so that a dark page never flashes white.
// The key is the one theme/color-scheme.ts writes.
(() => {
  const root = document.documentElement;
  let choice = "auto";
  try {
    choice = localStorage.getItem("haulyard-color-scheme") ?? "auto";
  } catch {
    // Storage may be switched off; then the system decides.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.mantineColorScheme = dark ? "dark" : "light";
  root.style.colorScheme = dark ? "dark" : "light";
  // Whose outline stands there until the page does (src/app/shell.css): the downloads are where no address leads elsewhere.
  root.dataset.opens = /^(?:#(?:\/(?:downloads)?(?:\?|$)|$)|$)/.test(location.hash) ? "downloads" : "another";
})();
