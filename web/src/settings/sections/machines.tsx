import { CouldNotRead } from "../../ui/could-not-read.tsx";
import { t } from "../../words/words.ts";
import { MachineCard } from "../machines/machine-card.tsx";
import { useMachines } from "../machines/use-machines.ts";
import { Skeleton } from "../skeleton.tsx";

/** The machines that share this queue. */
export function MachinesSection() {
  const machines = useMachines();
  if (machines.isError && machines.data === undefined)
    return (
      <CouldNotRead
        title={t("The machines could not be read")}
        error={machines.error}
        retry={machines.refetch}
      />
    );
  if (machines.data === undefined) return <Skeleton lines={4} />;
  const alone = machines.data.length < 2;
  return (
    <>
      <p className="settings-group__about">
        {alone
          ? t(
              "This is the only machine of this queue. With a PostgreSQL database between them there may be many.",
            )
          : t(
              "All of them work on one queue. Downloads to a disk run on its own machine, those for instances on any.",
            )}{" "}
        <a className="settings-link" href="manual/nodes.html" target="_blank" rel="noreferrer">
          {alone ? t("How to add one") : t("How they share the work")}
        </a>
      </p>
      {machines.data.map((machine) => (
        <MachineCard key={machine.name} machine={machine} alone={alone} />
      ))}
    </>
  );
}
