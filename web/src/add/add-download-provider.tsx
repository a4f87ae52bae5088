import { Modal } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useShortcut } from "../ui/use-shortcut.ts";
import { AddDownloadForm } from "./add-download-form.tsx";
import { AddDownloadContext } from "./use-add-download.tsx";

/** Holds the form for a new download; `n` opens it on every page. */
export function AddDownloadProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const open = useCallback(() => setOpened(true), []);
  const close = useCallback(() => setOpened(false), []);
  useShortcut("n", open);
  return (
    <AddDownloadContext value={useMemo(() => ({ open }), [open])}>
      {children}
      <Modal opened={opened} onClose={close} title="Add a download" size={520}>
        <AddDownloadForm onDone={close} />
      </Modal>
    </AddDownloadContext>
  );
}
