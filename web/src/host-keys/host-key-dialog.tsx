import { Button, Loader, Modal } from "@mantine/core";
import { useState } from "react";
import { describeError } from "../data/describe-error.ts";
import { FormProblem } from "../ui/form-problem.tsx";
import { rich } from "../words/rich.tsx";
import { t } from "../words/words.ts";
import { bold } from "../ui/marks.tsx";
import { ChangedKeys } from "./changed-keys.tsx";
import { KeyFigures } from "./key-figures.tsx";
import type { KeysShown } from "./key-question.ts";
import { useMounted } from "@mantine/hooks";
import { UnknownKeys } from "./unknown-keys.tsx";
import { useHostKeys } from "./use-host-keys.ts";
import "./host-keys.css";

/** Asks a person about the keys of an instance; `id` is in the address, so that every page can ask. */
export function HostKeyDialog({ id, onClose }: { id: string | null; onClose: () => void }) {
  const mounted = useMounted();
  // While the dialog fades it goes on showing what it was opened for.
  const [last, setLast] = useState(id);
  if (id !== null && id !== last) setLast(id);
  const hostId = id ?? last;
  return (
    <Modal
      opened={mounted && id !== null}
      onClose={onClose}
      title={t("Verify Host")}
      size={680}
      keepMounted={false}
    >
      {hostId !== null && <Question key={hostId} id={hostId} onClose={onClose} />}
    </Modal>
  );
}

function Question({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, refetch, isFetching } = useHostKeys(id);
  if (data?.shown != null) return <Keys id={id} label={data.label} shown={data.shown} onClose={onClose} />;
  if (error === null || isFetching)
    return (
      <div className="keys__wait" role="status">
        <Loader size={22} aria-hidden />
        <p>{t("Looking which keys it shows…")}</p>
        <p className="dim">{t("Where nobody answers, this takes up to half a minute.")}</p>
      </div>
    );
  return (
    <div className="keys">
      <FormProblem message={describeError(error).message} />
      <div className="form__buttons">
        <Button variant="default" onClick={onClose}>
          {t("Close")}
        </Button>
        <Button data-autofocus onClick={() => void refetch()}>
          {t("Try again")}
        </Button>
      </div>
    </div>
  );
}

export interface KeysProps {
  id: string;
  /** What people call the instance. */
  label: string;
  shown: KeysShown;
  onClose: () => void;
}

function Keys(props: KeysProps) {
  switch (props.shown.kind) {
    case "unknown":
      return <UnknownKeys {...props} />;
    case "changed":
      return <ChangedKeys {...props} />;
    case "trusted":
      return <TrustedKeys {...props} />;
    default:
      throw props.shown.kind satisfies never;
  }
}

function TrustedKeys({ label, shown, onClose }: KeysProps) {
  return (
    <div className="keys">
      <p>
        {rich("<b>{label}</b> shows keys that are trusted. Nothing has to be done.", { b: bold }, { label })}
      </p>
      <KeyFigures keys={shown.keys} />
      <div className="form__buttons">
        <Button data-autofocus onClick={onClose}>
          {t("Close")}
        </Button>
      </div>
    </div>
  );
}
