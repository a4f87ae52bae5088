import type { ReactNode } from "react";
import { dialogs } from "./dialogs.ts";
import { t } from "../words/words.ts";

interface Question {
  title: string;
  /** What would come of it. */
  children: ReactNode;
  /** The verb on the button. */
  doIt: string;
  act: () => void;
}

/** Asks before something is done that nothing brings back; who only presses Enter keeps what there is. */
export function askFirst({ title, children, doIt, act }: Question): void {
  void dialogs().then(({ openConfirmModal }) =>
    openConfirmModal({
      title,
      children,
      labels: { confirm: doIt, cancel: t("Keep") },
      confirmProps: { color: "red" },
      cancelProps: { "data-autofocus": true } as Record<string, unknown>,
      onConfirm: act,
    }),
  );
}
