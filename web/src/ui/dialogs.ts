/** Dialogs that are opened by a call. What draws them is fetched when the first is asked for. */
import type { modals } from "@mantine/modals";

export type Dialogs = typeof modals;

const listeners = new Set<() => void>();
let wanted = false;
let tell: (dialogs: Dialogs) => void = () => {};
const drawn = new Promise<Dialogs>((resolve) => {
  tell = resolve;
});

/** Answers when they can be opened. */
export function dialogs(): Promise<Dialogs> {
  wanted = true;
  for (const listener of listeners) listener();
  return drawn;
}

/** For what draws them: whether anybody asked, and to say that they can be opened. */
export const dialogsHost = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isWanted: (): boolean => wanted,
  ready: (opened: Dialogs): void => tell(opened),
};
