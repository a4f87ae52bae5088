import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { SearchX } from "lucide-react";
import { ApiError } from "../../../src/client/api-error.ts";
import { CouldNotReadHere } from "../ui/could-not-read.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { rich } from "../words/rich.tsx";
import { t } from "../words/words.ts";

interface NoSuchJobProps {
  id: string;
  error: Error;
  retry: () => unknown;
}

/** In place of the details, where there is no job to tell of: what may have happened to it, and a way back. */
export function NoSuchJob({ id, error, retry }: NoSuchJobProps) {
  const navigate = useNavigate();
  if (!(error instanceof ApiError && error.code === "not_found"))
    return <CouldNotReadHere title={t("This download could not be looked up")} error={error} retry={retry} />;
  return (
    <EmptyState
      icon={<SearchX size={26} />}
      title={t("There is no such download here")}
      actions={
        <Button
          variant="default"
          size="sm"
          onClick={() => void navigate({ to: "/downloads", search: {}, replace: true })}
        >
          {t("Show all downloads")}
        </Button>
      }
    >
      <p>
        {t(
          "It may have been removed, or its time in the history is over. Or the address is of another server, or lost some of its characters on the way.",
        )}
      </p>
      <p className="empty__hint">{rich("Looked for: {id}", {}, { id: <code>{id}</code> })}</p>
    </EmptyState>
  );
}
