import { askFirst } from "../ui/ask-first.ts";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { t } from "../words/words.ts";

/** Asks before an entry leaves the catalogue: nothing brings it back. */
export function askToDelete(model: ModelMessage, act: () => void): void {
  askFirst({
    title: t("Delete {name}?", { name: model.name }),
    children: (
      <p>
        {model.state === "absent"
          ? t("The entry is taken out of the catalogue file.")
          : t("The entry is taken out of the catalogue file; the file on the disk stays where it is.")}
      </p>
    ),
    doIt: t("Delete entry"),
    act,
  });
}
