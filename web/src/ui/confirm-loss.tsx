import { askFirst } from "./ask-first.ts";
import { formatBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";

interface Loss {
  title: string;
  /** Bytes that would have to be fetched again; asked for only if there are any. */
  bytes: number;
  /** The verb on the button. */
  doIt: string;
  act: () => void;
}

/** Acts at once if nothing is lost; asks first if something is. */
export function confirmLoss({ title, bytes, doIt, act }: Loss): void {
  if (bytes <= 0) return act();
  askFirst({
    title,
    children: (
      <p>
        {t("{bytes} that were downloaded already would be deleted, and would have to be fetched again.", {
          bytes: formatBytes(bytes),
        })}
      </p>
    ),
    doIt,
    act,
  });
}
