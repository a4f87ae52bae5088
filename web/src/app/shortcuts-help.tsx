import { Modal } from "@mantine/core";
import { useMounted } from "@mantine/hooks";
import { t } from "../words/words.ts";
import "./shortcuts-help.css";

const SHORTCUTS = [
  { keys: ["n"], does: t("Add a download") },
  { keys: [t("Ctrl"), "V"], does: t("Show what would come of what was copied") },
  { keys: ["l"], does: t("Limit for all downloads") },
  { keys: ["/"], does: t("Search") },
  { keys: ["↑", "↓"], does: t("Go from row to row") },
  { keys: ["Enter"], does: t("Open the details of a row") },
  { keys: ["→", "←"], does: t("Open a group, and close it") },
  { keys: [t("Ctrl"), "K"], does: t("Commands, and downloads by name") },
  { keys: ["Space"], does: t("Pause or resume the row; retry if it failed") },
  { keys: ["Del"], does: t("Remove the row") },
  { keys: ["x"], does: t("Select the row; Space selects, too, once rows are selected") },
  { keys: [t("Shift"), "↑", "↓"], does: t("Select from row to row") },
  { keys: [t("Ctrl"), "A"], does: t("Select all rows") },
  { keys: ["Alt", "↑", "↓"], does: t("Move a waiting row in the queue; with Shift to its end") },
  { keys: [t("Ctrl"), "Z"], does: t("Take back what was removed last") },
  { keys: ["a"], does: t("Add an instance, on its page") },
  { keys: ["Space"], does: t("Choose a resource; Shift and arrows choose more") },
  { keys: ["Esc"], does: t("Close what is open; select nothing") },
  { keys: ["?"], does: t("This list") },
] as const;

/** The list of keys, opened by `?` or the button in the frame. */
export function ShortcutsHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const mounted = useMounted();
  return (
    <Modal opened={mounted && opened} onClose={onClose} title={t("Keyboard")} size="sm">
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
