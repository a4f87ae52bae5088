import type { ReactNode } from "react";
import "./empty-state.css";

interface EmptyStateProps {
  icon: ReactNode;
  title: string;
  /** What it means and what to do next. */
  children: ReactNode;
  actions?: ReactNode;
}

/** Where there is nothing to show: says why, and what one can do. */
export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className="empty">
      <div className="empty__icon" aria-hidden>
        {icon}
      </div>
      <h2 className="empty__title">{title}</h2>
      <div className="empty__text">{children}</div>
      {actions !== undefined && <div className="empty__actions">{actions}</div>}
    </div>
  );
}
