import type { ReactNode } from "react";
import "./page-header.css";

/** The page's name on the left, its tools on the right; below each other on a phone. */
export function PageHeader({
  title,
  note,
  children,
}: {
  title: string;
  note?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="page-header">
      <div className="page-header__name">
        <h1 className="page-header__title">{title}</h1>
        {note !== undefined && <div className="page-header__note">{note}</div>}
      </div>
      <div className="page-header__tools">{children}</div>
    </div>
  );
}
