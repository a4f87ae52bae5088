import { Modal } from "@mantine/core";
import { useLimit } from "../data/use-live.ts";
import { useMounted } from "@mantine/hooks";
import { OverallLimitForm } from "./overall-limit-form.tsx";
import { t } from "../words/words.ts";

/** The limit for all, as soon as it is known. */
export function OverallLimitDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const limit = useLimit();
  const mounted = useMounted();
  return (
    <Modal
      opened={mounted && opened && limit !== null}
      onClose={onClose}
      title={t("Limit for all downloads")}
      size={480}
    >
      {limit !== null && <OverallLimitForm limit={limit} onDone={onClose} />}
    </Modal>
  );
}
