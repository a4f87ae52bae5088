import { Modal } from "@mantine/core";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { t } from "../words/words.ts";
import { InstallReview } from "./install-review.tsx";

export interface InstallProps {
  filepaths: readonly string[];
  /** Null: this machine. */
  host: HostMessage | null;
  /** Takes another card along. */
  onAdd: (filepath: string) => void;
  onClose: () => void;
  /** They are being queued: the list of tasks shows them at once. */
  onDone: () => void;
  /** Of these nothing came. */
  onRefused: (filepaths: readonly string[]) => void;
}

/** Shows what will happen before anything does. */
export function InstallDialog({ opened, ...review }: InstallProps & { opened: boolean }) {
  const { host } = review;
  return (
    <Modal
      opened={opened}
      onClose={review.onClose}
      title={host === null ? t("Install on this machine") : t("Install on {name}", { name: host.label })}
      size={760}
    >
      <InstallReview {...review} />
    </Modal>
  );
}
