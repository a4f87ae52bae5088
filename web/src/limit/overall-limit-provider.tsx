import { Modal } from "@mantine/core";
import { useCallback, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useLimit } from "../data/use-live.ts";
import { useShortcut } from "../ui/use-shortcut.ts";
import { OverallLimitForm } from "./overall-limit-form.tsx";
import { OverallLimitContext } from "./use-overall-limit.tsx";
import { t } from "../words/words.ts";

/** Holds the form for the limit for all; `l` opens it on every page. */
export function OverallLimitProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const limit = useLimit();
  const open = useCallback(() => setOpened(true), []);
  const close = useCallback(() => setOpened(false), []);
  useShortcut("l", open);
  return (
    <OverallLimitContext value={useMemo(() => ({ open }), [open])}>
      {children}
      <Modal
        opened={opened && limit !== null}
        onClose={close}
        title={t("Limit for all downloads")}
        size={480}
      >
        {limit !== null && <OverallLimitForm limit={limit} onDone={close} />}
      </Modal>
    </OverallLimitContext>
  );
}
