import { CloseButton, TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useRef } from "react";
import { useShortcut } from "./use-shortcut.ts";
import { t } from "../words/words.ts";
import "./search-field.css";

interface SearchFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** What is searched: `Search downloads`. */
  label: string;
}

/** Filters as one types; `/` goes there from anywhere, Escape empties it. */
export function SearchField({ value, onChange, label }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useShortcut("/", () => {
    input.current?.focus();
    input.current?.select();
  });
  return (
    <TextInput
      ref={input}
      className="search-field"
      type="search"
      size="sm"
      aria-label={label}
      placeholder={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        if (value === "") event.currentTarget.blur();
        else onChange("");
      }}
      leftSection={<Search size={15} aria-hidden />}
      rightSection={
        value === "" ? (
          <kbd className="search-field__key" aria-hidden>
            /
          </kbd>
        ) : (
          <CloseButton size="sm" aria-label={t("Empty the search")} onClick={() => onChange("")} />
        )
      }
    />
  );
}
