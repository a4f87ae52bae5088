import { useEffect, useState } from "react";

/** Ctrl and K opens the palette from anywhere, also out of a field; but not over a dialog. */
export function usePalette() {
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.key.toLowerCase() !== "k") return;
      // Browsers would go to their own search.
      event.preventDefault();
      if (document.querySelector("[role='dialog']") === null) setOpened(true);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return { opened, onClose: () => setOpened(false) };
}
