import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import { fetchPart } from "../ui/fetch-part.ts";
import { useEver } from "../ui/use-ever.ts";
import { tellProblem } from "../ui/notify.ts";
import { useShortcut } from "../ui/use-shortcut.ts";
import { t } from "../words/words.ts";
import { DropOverlay } from "./drop-overlay.tsx";
import type { OpenPanel } from "./add-panel.tsx";
import { joinHanded, readFiles, takeTransfer } from "./read-transfer.ts";
import type { Handed } from "./read-transfer.ts";
import { AddDownloadContext } from "./use-add-download.tsx";
import type { AddDownload } from "./use-add-download.tsx";
import { useDropAnywhere, usePasteAnywhere } from "./use-transfers.ts";

const loadDialog = () => fetchPart(() => import("./add-dialog.tsx"));
const AddDialog = lazy(async () => ({ default: (await loadDialog()).AddDialog }));

/** The dialog is not part of the first page; by then it is fetched, so that what one types goes into it. */
const PRELOAD_MS = 1_500;

const NOTHING: Handed = { text: "", attachments: [], refused: [] };

const refuse = (): void =>
  tellProblem(
    t("Nothing was added"),
    t("You may look here, and add nothing. Ask an admin of this server."),
    "add",
  );
/** Pasting, dropping and the key say why nothing opens. */
const NOT_ALLOWED: AddDownload = { open: refuse, hand: refuse, handFiles: refuse };

/** Holds the form for new downloads; `n`, pasting and dropping open it on every page. */
export function AddDownloadProvider({ children }: { children: ReactNode }) {
  const { opening, opened, first, control: open, ready, done, cancel } = usePanel();
  const control = useMay("POST /jobs") ? open : NOT_ALLOWED;
  const had = useEver(opened);
  const handTransfer = useCallback(
    (data: DataTransfer): void => {
      const { text, files } = takeTransfer(data);
      if (files.length > 0) control.handFiles(files);
      else if (text.trim() !== "") control.hand({ ...NOTHING, text });
    },
    [control],
  );
  useShortcut("n", control.open);
  usePasteAnywhere(handTransfer);
  const isOver = useDropAnywhere(handTransfer);
  useEffect(() => {
    // Where the server is away by then, it is fetched when it is wanted.
    const timer = setTimeout(() => void loadDialog().catch(() => {}), PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <AddDownloadContext value={control}>
      {children}
      <Suspense fallback={null}>
        {had && (
          <AddDialog
            opening={opening}
            opened={opened}
            first={first}
            onReady={ready}
            onDone={done}
            onCancel={cancel}
          />
        )}
      </Suspense>
      <DropOverlay isOver={isOver} />
    </AddDownloadContext>
  );
}

/** Open or not, and what is in it. What somebody has put together is not lost by a press of Escape. */
function usePanel() {
  const [opened, setOpened] = useState(false);
  /** How many times it was opened: a panel that fades away is not the one that is opened meanwhile. */
  const [opening, setOpening] = useState(0);
  const [first, setFirst] = useState(NOTHING);
  const panel = useRef<OpenPanel | null>(null);
  const kept = useRef(NOTHING);
  const latest = useRef(first);
  const isOpen = useRef(false);
  const control = useMemo((): AddDownload => {
    const hand = (handed: Handed): void => {
      if (panel.current !== null) return panel.current.take(handed);
      // It may be open and still be fetched: what it is to begin with grows.
      const before = isOpen.current ? latest.current : { ...kept.current, refused: [], forSeveral: false };
      latest.current = joinHanded(before, handed);
      isOpen.current = true;
      setFirst(latest.current);
      setOpening((before) => before + 1);
      setOpened(true);
    };
    const handFiles = (files: readonly File[]): void => void readFiles(files).then(hand);
    // Where it is open already, there is nothing to be looked at anew.
    const open = (): void => (isOpen.current ? undefined : hand(NOTHING));
    return { open, hand, handFiles };
  }, []);
  const ready = useCallback((open: OpenPanel) => {
    // What comes while it fades away is for the next time.
    if (isOpen.current) panel.current = open;
    return () => {
      if (panel.current === open) panel.current = null;
    };
  }, []);
  const leave = (left: Handed): void => {
    kept.current = left;
    isOpen.current = false;
    panel.current = null;
    setOpened(false);
  };
  return {
    opening,
    opened,
    first,
    control,
    ready,
    // It may have been left while it was sent, and opened anew since.
    done: () => (latest.current === first ? leave(NOTHING) : undefined),
    cancel: () => leave(panel.current?.content() ?? first),
  };
}
