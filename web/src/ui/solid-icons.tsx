/** Pause and play as they are on any player: filled. */
import { Pause, Play } from "lucide-react";
import type { LucideProps } from "lucide-react";

export function PauseSolid(props: LucideProps) {
  return <Pause {...props} fill="currentColor" strokeWidth={0.5} />;
}

export function PlaySolid(props: LucideProps) {
  return <Play {...props} fill="currentColor" strokeWidth={1} />;
}
