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
  /** Where little is lost: Enter does it. */
  enterDoesIt?: boolean;
}

/** Has the focus when it opens. */
const FIRST: Record<string, unknown> = { "data-autofocus": true };

/** Asks before something is done that nothing brings back; who only presses Enter keeps what there is, unless said otherwise. */
export function askFirst({ title, children, doIt, act, enterDoesIt = false }: Question): void {
  void dialogs().then(({ openConfirmModal }) =>
    openConfirmModal({
      title,
      children,
      labels: { confirm: doIt, cancel: t("Keep") },
      confirmProps: { color: "red", ...(enterDoesIt ? FIRST : {}) },
      cancelProps: enterDoesIt ? {} : FIRST,
      onConfirm: act,
    }),
  );
}
