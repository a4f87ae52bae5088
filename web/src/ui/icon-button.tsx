/** A button that is an icon. Plain: a list has hundreds of them, and each is drawn while it scrolls. */
import type { ComponentProps } from "react";
import "./icon-button.css";

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label" | "type"> {
  /** What it does, for people who do not see it. */
  label: string;
  /** Shown when it is pointed at; left out, it is the label. */
  tip?: string | null | undefined;
  size?: "small" | "large";
  /** With an edge, to stand beside buttons with words. */
  outlined?: boolean;
  /** What it asked for is under way: until then it asks no more. */
  loading?: boolean;
  /** Takes something away for good. */
  danger?: boolean;
}

export function IconButton(props: IconButtonProps) {
  const {
    label,
    tip = label,
    size,
    outlined = false,
    loading = false,
    danger = false,
    className = "",
    onClick,
    ...others
  } = props;
  return (
    <button
      type="button"
      className={`icon-button ${className}`}
      data-size={size}
      data-outlined={outlined || undefined}
      data-danger={danger || undefined}
      data-tip={tip ?? undefined}
      aria-label={label}
      // Not disabled: that would take the focus away from where somebody works.
      aria-busy={loading || undefined}
      onClick={loading ? undefined : onClick}
      {...others}
    />
  );
}
