import { Modal } from "@mantine/core";
import { createContext, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { t } from "../words/words.ts";
import { InstanceForm } from "./instance-form.tsx";

interface InstanceFormControl {
  add: () => void;
  edit: (host: HostMessage) => void;
}

const InstanceFormContext = createContext<InstanceFormControl>({ add: () => {}, edit: () => {} });

export function useInstanceForm(): InstanceFormControl {
  return useContext(InstanceFormContext);
}

/** Holds the form of an instance. */
export function InstanceFormProvider({ children }: { children: ReactNode }) {
  const [host, setHost] = useState<HostMessage | null>(null);
  const [opened, setOpened] = useState(false);
  const control = useMemo((): InstanceFormControl => {
    const open = (of: HostMessage | null): void => {
      setHost(of);
      setOpened(true);
    };
    return { add: () => open(null), edit: open };
  }, []);
  const close = (): void => setOpened(false);
  return (
    <InstanceFormContext value={control}>
      {children}
      <Modal
        opened={opened}
        onClose={close}
        title={host === null ? t("Add an instance") : t("Edit instance")}
        size={580}
      >
        <InstanceForm host={host} onDone={close} />
      </Modal>
    </InstanceFormContext>
  );
}
