import { modals } from "@mantine/modals";
import type { ModelMessage } from "../../../src/wire/models.ts";

/** Asks before an entry leaves the catalogue: nothing brings it back. */
export function askToDelete(model: ModelMessage, act: () => void): void {
  modals.openConfirmModal({
    title: `Delete ${model.name}?`,
    children: (
      <p>
        The entry is taken out of the catalogue file
        {model.state === "absent" ? "." : "; the file on the disk stays where it is."}
      </p>
    ),
    labels: { confirm: "Delete entry", cancel: "Keep" },
    confirmProps: { color: "red" },
    onConfirm: act,
  });
}
