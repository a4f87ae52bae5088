import { Ban, FastForward, RotateCw, Trash2 } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { JobAction } from "../../../src/wire/requests.ts";
import { PauseSolid, PlaySolid } from "../ui/solid-icons.tsx";
import { t } from "../words/words.ts";

/** What an action is called, and how it is drawn. */
export const ACTION_LOOK: Record<JobAction, { label: string; icon: LucideIcon | typeof PauseSolid }> = {
  pause: { label: t("Pause"), icon: PauseSolid },
  resume: { label: t("Resume"), icon: PlaySolid },
  now: { label: t("Run now"), icon: FastForward },
  cancel: { label: t("Cancel"), icon: Ban },
  retry: { label: t("Retry"), icon: RotateCw },
  remove: { label: t("Remove"), icon: Trash2 },
};
