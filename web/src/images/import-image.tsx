import { Button, Modal } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { t } from "../words/words.ts";
import { ImportForm } from "./import-form.tsx";

/** An image from an address, with or without a hash. */
export function ImportImage({ images }: { images: readonly ImageMessage[] }) {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <>
      <Button size="sm" leftSection={<Plus size={16} aria-hidden />} onClick={() => setOpened(true)}>
        {t("Import")}
      </Button>
      <Modal opened={opened} onClose={close} title={t("Import an image")} size={560}>
        <ImportForm images={images} onDone={close} />
      </Modal>
    </>
  );
}
