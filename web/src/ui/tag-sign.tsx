import { ArrowDown, Ban, Check, Hourglass, KeyRound, Pause, X } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import "./tag-sign.css";

/** The signs of the old resource queue's tags (CONTRACT §5). */
export type Sign = "⏳" | "⬇️" | "✅" | "❌" | "🔐" | "⏸️" | "🚫";

const DRAWN: Record<Sign, LucideIcon> = {
  "⏳": Hourglass,
  "⬇️": ArrowDown,
  "✅": Check,
  "❌": X,
  "🔐": KeyRound,
  "⏸️": Pause,
  "🚫": Ban,
};

/** A tag's sign, drawn: many machines have no font with these, and show a box. It is there as text all the same. */
export function TagSign({ sign }: { sign: Sign }) {
  const Icon = DRAWN[sign];
  return (
    <span className="tag-sign" aria-hidden>
      <Icon size={12} strokeWidth={2.4} />
      <span className="visually-hidden">{sign}</span>
    </span>
  );
}
