import type { GroupMessage } from "../../../src/wire/groups.ts";
import { askFirst } from "../ui/ask-first.ts";
import { t } from "../words/words.ts";

/** What goes and what stays, before it goes. */
export function askToRemoveGroup({ name }: Pick<GroupMessage, "name">, act: () => void): void {
  askFirst({
    title: t("Remove the group {name}?", { name }),
    children: (
      <>
        <p>{t("Its downloads are stopped and leave the list; what they have not finished is deleted.")}</p>
        <p className="dim">
          {t(
            "Finished files stay. So do downloads that were there before it, or that another group wants, too.",
          )}
        </p>
      </>
    ),
    doIt: t("Remove"),
    act,
  });
}
