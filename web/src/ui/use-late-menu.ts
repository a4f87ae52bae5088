/** A menu that is fetched when somebody asks for it: until then it is a button, and costs a list nothing. */
import { useState } from "react";
import type { MouseEvent } from "react";

export interface LateMenu {
  /** The button it hangs at. */
  at: HTMLElement;
  opened: boolean;
  close: () => void;
}

export function useLateMenu() {
  const [at, setAt] = useState<HTMLElement | null>(null);
  const [opened, setOpened] = useState(false);
  return {
    /** Null until it was asked for; then it stays, so that it can be seen to go. */
    menu: at === null ? null : { at, opened, close: () => setOpened(false) },
    /** For the button. */
    button: {
      "aria-haspopup": "menu",
      "aria-expanded": opened,
      onClick: ({ currentTarget }: MouseEvent<HTMLElement>) => {
        setAt(currentTarget);
        setOpened(!opened);
      },
    } as const,
  };
}
