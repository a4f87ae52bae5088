import { useState } from "react";
import { useShortcut } from "../ui/use-shortcut.ts";

/** Whether the list of keys is open; `?` opens it on every page. */
export function useShortcutsHelp() {
  const [opened, setOpened] = useState(false);
  const onOpen = (): void => setOpened(true);
  useShortcut("?", onOpen);
  return { opened, onOpen, onClose: () => setOpened(false) };
}
