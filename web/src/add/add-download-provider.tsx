import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";
import { useShortcut } from "../ui/use-shortcut.ts";
import { t } from "../words/words.ts";
import { DropOverlay } from "./drop-overlay.tsx";
import type { OpenPanel } from "./add-panel.tsx";
import { joinLines, readFiles, takeTransfer } from "./read-transfer.ts";
import type { Handed } from "./read-transfer.ts";
import { AddDownloadContext } from "./use-add-download.tsx";
import type { AddDownload } from "./use-add-download.tsx";
import { useDropAnywhere, usePasteAnywhere } from "./use-transfers.ts";

const loadPanel = () => import("./add-panel.tsx");
const AddPanel = lazy(async () => ({ default: (await loadPanel()).AddPanel }));

/** The panel is not part of the first page; by then it is fetched, so that what one types goes into it. */
const PRELOAD_MS = 1_500;

const NOTHING: Handed = { text: "", attachments: [], refused: [] };

/** Holds the form for new downloads; `n`, pasting and dropping open it on every page. */
export function AddDownloadProvider({ children }: { children: ReactNode }) {
  const { opened, first, control, ready, done, cancel } = usePanel();
  const isNarrow = useMediaQuery("(max-width: 720px)");
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
    const timer = setTimeout(() => void loadPanel(), PRELOAD_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <AddDownloadContext value={control}>
      {children}
      <Modal
        opened={opened}
        onClose={cancel}
        title={t("Add downloads")}
        size={720}
        centered={false}
        yOffset="7vh"
        fullScreen={isNarrow}
        closeOnClickOutside={false}
      >
        <Suspense fallback={<div className="add-panel__wait" />}>
          <AddPanel first={first} onReady={ready} onDone={done} onCancel={cancel} />
        </Suspense>
      </Modal>
      <DropOverlay isOver={isOver} />
    </AddDownloadContext>
  );
}

/** Open or not, and what is in it. What somebody has put together is not lost by a press of Escape. */
function usePanel() {
  const [opened, setOpened] = useState(false);
  const [first, setFirst] = useState(NOTHING);
  const panel = useRef<OpenPanel | null>(null);
  const kept = useRef(NOTHING);
  const control = useMemo((): AddDownload => {
    const hand = (handed: Handed): void => {
      if (panel.current !== null) return panel.current.take(handed);
      const { text, attachments } = kept.current;
      setFirst({
        text: joinLines(text, handed.text),
        attachments: [...attachments, ...handed.attachments],
        refused: handed.refused,
      });
      setOpened(true);
    };
    const handFiles = (files: readonly File[]): void => void readFiles(files).then(hand);
    return { open: () => hand(NOTHING), hand, handFiles };
  }, []);
  const ready = useCallback((open: OpenPanel) => {
    panel.current = open;
    return () => {
      panel.current = null;
    };
  }, []);
  const leave = (left: Handed): void => {
    kept.current = left;
    // What comes while it fades away is for the next time.
    panel.current = null;
    setOpened(false);
  };
  return {
    opened,
    first,
    control,
    ready,
    done: () => leave(NOTHING),
    cancel: () => leave(panel.current?.content() ?? first),
  };
}
