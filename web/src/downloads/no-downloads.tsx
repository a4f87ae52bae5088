import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ArrowDownToLine, Boxes, Plus } from "lucide-react";
import { useAddDownload } from "../add/use-add-download.tsx";
import { EmptyState } from "../ui/empty-state.tsx";

/** An empty queue: the ways to fill it. */
export function NoDownloads() {
  const add = useAddDownload();
  return (
    <div className="surface">
      <EmptyState
        icon={<ArrowDownToLine size={26} />}
        title="Nothing to haul yet"
        actions={
          <>
            <Button leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
              Add a download
            </Button>
            <Button
              variant="default"
              leftSection={<Boxes size={16} aria-hidden />}
              renderRoot={(props) => <Link to="/models" {...props} />}
            >
              Choose a model
            </Button>
          </>
        }
      >
        <p>
          Paste any link, or take a model of the catalogue. Downloads go on when this page is closed, survive
          restarts, and pick up where they were.
        </p>
        <p className="empty__hint">
          From a terminal: <code>haulyard add https://…</code>
        </p>
      </EmptyState>
    </div>
  );
}
