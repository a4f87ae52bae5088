import {
  ArrowDown,
  Check,
  Clock,
  Cloud,
  CloudDownload,
  FileWarning,
  Pause,
  TriangleAlert,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ModelState } from "./model-state.ts";

const LOOK: Record<ModelState["kind"], { icon: LucideIcon; tone: string }> = {
  absent: { icon: Cloud, tone: "plain" },
  partial: { icon: CloudDownload, tone: "plain" },
  asked: { icon: Clock, tone: "plain" },
  waiting: { icon: Clock, tone: "plain" },
  active: { icon: ArrowDown, tone: "accent" },
  paused: { icon: Pause, tone: "plain" },
  failed: { icon: TriangleAlert, tone: "bad" },
  wrong: { icon: FileWarning, tone: "bad" },
  present: { icon: Check, tone: "ok" },
};

export function ModelIcon({ kind }: { kind: ModelState["kind"] }) {
  const { icon: Icon, tone } = LOOK[kind];
  return (
    <div className="row__icon model__icon" data-tone={tone} aria-hidden>
      <Icon size={17} />
    </div>
  );
}
