import { Button } from "@mantine/core";
import { CloudOff } from "lucide-react";
import { describeError } from "../data/describe-error.ts";
import { t } from "../words/words.ts";
import { EmptyState } from "./empty-state.tsx";

interface CouldNotReadProps {
  title: string;
  error: Error;
  retry: () => unknown;
}

/** In place of what the server could not give: why, and a button to ask again. */
export function CouldNotReadHere({ title, error, retry }: CouldNotReadProps) {
  return (
    <EmptyState
      icon={<CloudOff size={26} />}
      title={title}
      actions={
        <Button variant="default" size="sm" onClick={() => void retry()}>
          {t("Try again")}
        </Button>
      }
    >
      {describeError(error).message}
    </EmptyState>
  );
}

/** The same on a surface of its own, where a list would be. */
export function CouldNotRead(props: CouldNotReadProps) {
  return (
    <div className="surface">
      <CouldNotReadHere {...props} />
    </div>
  );
}
