import { Button } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { describeError } from "../data/describe-error.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { t } from "../words/words.ts";

/** In place of a page that has a fault: the downloads do not depend on it. */
export function PageBroken({ error }: ErrorComponentProps) {
  return (
    <EmptyState
      icon={<TriangleAlert size={26} />}
      title={t("This page has a fault")}
      actions={<Button onClick={() => location.reload()}>{t("Load it again")}</Button>}
    >
      <p>
        {t("The downloads go on all the same. Please report it with these words: {message}", {
          message: describeError(error).message,
        })}
      </p>
    </EmptyState>
  );
}
