import { Modal } from "@mantine/core";
import { useMediaQuery, useMounted } from "@mantine/hooks";
import type { ComponentProps } from "react";
import { t } from "../words/words.ts";
import { AddPanel } from "./add-panel.tsx";

interface AddDialogProps extends ComponentProps<typeof AddPanel> {
  /** Another number for each time it is opened: what was in it is gone then. */
  opening: number;
  opened: boolean;
}

/** The form for new downloads as a dialog; on a phone it is the whole screen. */
export function AddDialog({ opening, opened, ...panel }: AddDialogProps) {
  const mounted = useMounted();
  const isNarrow = useMediaQuery("(max-width: 720px)", false, { getInitialValueInEffect: false });
  return (
    <Modal
      opened={mounted && opened}
      onClose={panel.onCancel}
      title={t("Add downloads")}
      size={720}
      centered={false}
      yOffset="7vh"
      fullScreen={isNarrow}
      closeOnClickOutside={false}
    >
      <AddPanel key={opening} {...panel} />
    </Modal>
  );
}
