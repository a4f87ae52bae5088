import { Button } from "@mantine/core";
import { SearchX } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { EmptyState } from "./empty-state.tsx";

interface NothingFoundProps {
  icon?: LucideIcon;
  title: string;
  /** On the button that shows everything again. */
  all: string;
  onClear: () => void;
  /** Where was looked. */
  children: ReactNode;
}

/** In place of a list that a search or a filter leaves nothing of. */
export function NothingFound({ icon: Icon = SearchX, title, all, onClear, children }: NothingFoundProps) {
  return (
    <div className="surface">
      <EmptyState
        icon={<Icon size={26} />}
        title={title}
        actions={
          <Button variant="default" size="sm" onClick={onClear}>
            {all}
          </Button>
        }
      >
        {children}
      </EmptyState>
    </div>
  );
}
