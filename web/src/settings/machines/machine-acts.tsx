import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { NodeMessage } from "../../../../src/wire/nodes.ts";
import { May } from "../../access/may.tsx";
import { askFirst } from "../../ui/ask-first.ts";
import { t } from "../../words/words.ts";
import { useMachineChange } from "./use-machines.ts";

/** What admins may do about a machine. */
export function MachineActs({ machine, alone }: { machine: NodeMessage; alone: boolean }) {
  const isAway = machine.state === "away";
  return (
    <>
      <May to="POST /nodes/:name/drain">
        {machine.draining_since !== null ? (
          <LetWork name={machine.name} />
        ) : (
          !isAway && <SendToRest machine={machine} alone={alone} />
        )}
      </May>
      {isAway && (
        <May to="DELETE /nodes/:name">
          <Forget name={machine.name} />
        </May>
      )}
    </>
  );
}

function SendToRest({ machine, alone }: { machine: NodeMessage; alone: boolean }) {
  const { name } = machine;
  const rest = useMachineChange(t("{name} could not be sent to rest", { name }), (nodes) =>
    nodes.drain(name),
  );
  const ask = (): void =>
    askFirst({
      title: t("Send {name} to rest?", { name }),
      children: <p>{restWords(machine, alone)}</p>,
      doIt: t("Send to rest"),
      act: () => rest.mutate(),
    });
  return (
    <ActButton label={t("Send {name} to rest", { name })} loading={rest.isPending} onClick={ask}>
      {t("Send to rest")}
    </ActButton>
  );
}

function LetWork({ name }: { name: string }) {
  const work = useMachineChange(t("{name} could not be let work again", { name }), (nodes) =>
    nodes.drain(name, { drain: false }),
  );
  return (
    <ActButton
      label={t("Let {name} work again", { name })}
      loading={work.isPending}
      onClick={() => work.mutate()}
    >
      {t("Let it work again")}
    </ActButton>
  );
}

function Forget({ name }: { name: string }) {
  const forget = useMachineChange(t("{name} could not be forgotten", { name }), (nodes) =>
    nodes.remove(name),
  );
  const ask = (): void =>
    askFirst({
      title: t("Forget {name}?", { name }),
      children: <p>{t("For a machine that is gone for good. If it is started again, it comes back.")}</p>,
      doIt: t("Forget"),
      act: () => forget.mutate(),
    });
  return (
    <ActButton label={t("Forget {name}", { name })} loading={forget.isPending} onClick={ask}>
      {t("Forget")}
    </ActButton>
  );
}

interface ActButtonProps {
  /** Names the machine: there is one such button for each. */
  label: string;
  loading: boolean;
  onClick: () => void;
  children: ReactNode;
}

function ActButton({ label, ...button }: ActButtonProps) {
  return <Button size="xs" variant="default" aria-label={label} {...button} />;
}

function restWords({ kind }: NodeMessage, alone: boolean): string {
  if (alone)
    return t(
      "It finishes what it has and takes up nothing new: whatever is added waits until it may work again.",
    );
  return kind === "worker"
    ? t(
        "It finishes what it has, takes up nothing new, and ends. What runs on instances goes on at another machine.",
      )
    : t(
        "It finishes what it has and takes up nothing new. What runs on instances goes on at another machine.",
      );
}
