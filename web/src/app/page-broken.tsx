import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { describeError } from "../data/describe-error.ts";
import { EmptyState } from "../ui/empty-state.tsx";

/** In place of a page that has a fault: the downloads do not depend on it. */
export function PageBroken({ error }: ErrorComponentProps) {
  return (
    <EmptyState
      icon={<TriangleAlert size={26} />}
      title="This page has a fault"
      actions={<Button onClick={() => location.reload()}>Load it again</Button>}
    >
      <p>
        The downloads go on all the same. Please report it with these words: {describeError(error).message}
      </p>
    </EmptyState>
  );
}
