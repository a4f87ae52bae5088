import { useEffect, useRef } from "react";

interface TickProps {
  label: string;
  checked: boolean;
  /** Some of what it stands for. */
  isSome?: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}

/** The browser's own box to tick: a list may have thousands. */
export function Tick({ label, checked, isSome = false, disabled = false, onChange }: TickProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = isSome;
  }, [isSome]);
  return (
    <input
      ref={box}
      type="checkbox"
      className="tick"
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}
