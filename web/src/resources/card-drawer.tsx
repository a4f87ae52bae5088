import { Button, Drawer } from "@mantine/core";
import { useState } from "react";
import { May } from "../access/may.tsx";
import { describeError } from "../data/describe-error.ts";
import { t } from "../words/words.ts";
import { CardDetails } from "./card-details.tsx";
import { useResource } from "./use-resources.ts";

interface CardDrawerProps {
  filepath: string | null;
  onClose: () => void;
  isChosen: boolean;
  onToggle: (filepath: string) => void;
}

/** A card in full, at the side; its path is in the address, so it can be linked to. */
export function CardDrawer({ filepath, onClose, isChosen, onToggle }: CardDrawerProps) {
  // While the drawer slides out it goes on showing the card it was opened for.
  const [last, setLast] = useState(filepath);
  if (filepath !== null && filepath !== last) setLast(filepath);
  const path = filepath ?? last;
  return (
    <Drawer
      opened={filepath !== null}
      onClose={onClose}
      position="right"
      size={560}
      title={t("Resource")}
      closeButtonProps={{ "aria-label": t("Close the card") }}
    >
      {path !== null && <OpenCard key={path} filepath={path} isChosen={isChosen} onToggle={onToggle} />}
    </Drawer>
  );
}

function OpenCard({
  filepath,
  isChosen,
  onToggle,
}: Pick<CardDrawerProps, "isChosen" | "onToggle"> & { filepath: string }) {
  const { data, error } = useResource(filepath);
  if (data === undefined)
    return <p className="dim">{error === null ? t("Looking it up…") : describeError(error).message}</p>;
  return (
    <CardDetails card={data}>
      <May to="POST /jobs">
        <Button variant={isChosen ? "default" : "filled"} onClick={() => onToggle(filepath)}>
          {isChosen ? t("Leave out") : t("Choose for install")}
        </Button>
      </May>
    </CardDetails>
  );
}
