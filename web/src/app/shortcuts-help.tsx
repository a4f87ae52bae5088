import { Modal } from "@mantine/core";
import { useState } from "react";
import { useShortcut } from "../ui/use-shortcut.ts";
import "./shortcuts-help.css";

const SHORTCUTS = [
  { keys: ["n"], does: "Add a download" },
  { keys: ["l"], does: "Limit for all downloads" },
  { keys: ["/"], does: "Search" },
  { keys: ["↑", "↓"], does: "Go from row to row" },
  { keys: ["Enter"], does: "Open the details of a row" },
  { keys: ["Space"], does: "Pause or resume the row; retry if it failed" },
  { keys: ["Del"], does: "Remove the row" },
  { keys: ["Esc"], does: "Close what is open" },
  { keys: ["?"], does: "This list" },
] as const;

/** The list of keys, opened by `?` or the button in the frame. */
export function ShortcutsHelp({
  opened,
  onClose,
  onOpen,
}: Record<"onClose" | "onOpen", () => void> & { opened: boolean }) {
  useShortcut("?", onOpen);
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard" size="sm">
      <dl className="shortcuts">
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={does} className="shortcuts__line">
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

export function useShortcutsHelp() {
  const [opened, setOpened] = useState(false);
  return { opened, onOpen: () => setOpened(true), onClose: () => setOpened(false) };
}
