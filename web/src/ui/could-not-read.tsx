import { Button } from "@mantine/core";
import { CloudOff } from "lucide-react";
import { describeError } from "../data/describe-error.ts";
import { t } from "../words/words.ts";
import { EmptyState } from "./empty-state.tsx";

/** In place of a list that the server could not give: why, and a button to ask again. */
export function CouldNotRead({ title, error, retry }: { title: string; error: Error; retry: () => unknown }) {
  return (
    <div className="surface">
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
    </div>
  );
}
