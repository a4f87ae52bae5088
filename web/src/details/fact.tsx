import type { ReactNode } from "react";
import { CopyButton } from "../ui/copy-button.tsx";

interface FactProps {
  name: string;
  children: ReactNode;
  /** What the button at the end copies, and what that is called. */
  copy?: { text: string; what: string };
}

/** One line of a list of facts. */
export function Fact({ name, children, copy }: FactProps) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>
        <span className="fact__value">{children}</span>
        {copy !== undefined && <CopyButton {...copy} />}
      </dd>
    </div>
  );
}
