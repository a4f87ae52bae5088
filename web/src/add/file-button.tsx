import { Button } from "@mantine/core";
import { Paperclip } from "lucide-react";
import { useRef } from "react";
import type { ChangeEvent } from "react";
import { t } from "../words/words.ts";

interface FileButtonProps {
  label: string;
  onFiles: (files: readonly File[]) => void;
}

/** Files that are sources, or hold some. */
export function FileButton({ label, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  const chosen = ({ currentTarget }: ChangeEvent<HTMLInputElement>): void => {
    onFiles([...(currentTarget.files ?? [])]);
    // The same file may be chosen again.
    currentTarget.value = "";
  };
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<Paperclip size={14} aria-hidden />}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t("Workflows, pictures or lists")}
        accept=".json,.png,.webp,.txt,.lst,.list,.csv,.sh,.aria2,.md"
        onChange={chosen}
      />
    </>
  );
}
