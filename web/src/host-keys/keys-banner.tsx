import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { WaitingForAnswer } from "./waiting-for-answer.tsx";

interface KeysBannerProps {
  hostId: string;
  icon: LucideIcon;
  title: string;
  /** What it means. */
  children: ReactNode;
  /** It has to be read before anything else. */
  alarming?: boolean;
}

/** What is to be decided about the keys of a machine. */
export function KeysBanner({ hostId, icon: Icon, title, children, alarming = false }: KeysBannerProps) {
  return (
    <div className="keys__banner" {...(alarming ? { "data-tone": "bad", role: "alert" } : {})}>
      <Icon size={22} aria-hidden />
      <div>
        <h3 className="keys__title">{title}</h3>
        <p>{children}</p>
        <WaitingForAnswer hostId={hostId} />
      </div>
    </div>
  );
}
