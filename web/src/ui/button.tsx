/**
 * Mantine's button, but for the moment it works: then it is not disabled, which would take the focus away from where
 * somebody works, and is deaf to presses, also to Enter in a field of its form.
 */
import { Button as MantineButton } from "@mantine/core";
import type { ButtonProps as MantineProps } from "@mantine/core";
import type { ComponentProps } from "react";
import "./button.css";

type ButtonProps = MantineProps & Omit<ComponentProps<"button">, keyof MantineProps>;

export function Button({ loading = false, onClick, className = "", ...others }: ButtonProps) {
  return (
    <MantineButton
      {...others}
      className={`${className} button`}
      aria-busy={loading || undefined}
      onClick={(event) => {
        // Enter in a field presses the button that sends the form, and the second press of a double click may come
        // before it is drawn as working.
        if (loading || (others.type === "submit" && event.detail > 1)) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
