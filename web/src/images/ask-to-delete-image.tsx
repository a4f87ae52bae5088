import { askFirst } from "../ui/ask-first.ts";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { formatBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";

/** Asks before a file leaves the disk; the more so if nothing here could bring it back. */
export function askToDeleteImage(image: ImageMessage, called: string, act: () => void): void {
  const { status, catalog_id: entry } = image;
  const isFile = status.phase === "READY" || status.checksum_state === "damaged";
  if (!isFile) return act();
  askFirst({
    title: t("Delete {name}?", { name: called }),
    children: (
      <div className="delete-image">
        <p>
          <code>{status.path}</code> ({formatBytes(status.size_bytes ?? 0)})
        </p>
        <p>
          {entry === null
            ? t("It is in no catalogue: nothing here can bring it back.")
            : t("It can be downloaded again; its publisher may have a newer build by then.")}
        </p>
        <p className="dim">{t("Machines whose disks are based on it will not start any more.")}</p>
      </div>
    ),
    doIt: t("Delete file"),
    act,
  });
}
