import { useMantineColorScheme } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { BookOpen, Gauge, Keyboard, Pause, Play, Plus, RotateCw, SunMoon } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { useMemo } from "react";
import { useAllowed } from "../access/may.tsx";
import type { Deed } from "../access/deeds.ts";
import { useAddDownload } from "../add/use-add-download.tsx";
import { useManyJobsAction } from "../data/use-job-actions.ts";
import type { AskMany } from "../data/use-job-actions.ts";
import { PAUSE_ALL, RESUME_ALL, RETRY_ALL } from "../downloads/queue-actions.ts";
import { useOverallLimit } from "../limit/use-overall-limit.tsx";
import { t } from "../words/words.ts";
import { NAV_ITEMS } from "./nav-items.ts";
import type { PaletteCommand } from "./palette-entries.ts";

export interface Command extends PaletteCommand {
  icon: LucideIcon;
  /** The key that does the same. */
  keys?: string;
  run: () => void;
  /** Offered to those only who may do it. */
  wants?: Deed;
}

export function usePaletteCommands(onHelp: () => void) {
  const navigate = useNavigate();
  const add = useAddDownload();
  const limit = useOverallLimit();
  const allowed = useAllowed();
  const { mutate } = useManyJobsAction();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  return useMemo(() => {
    const commands: Command[] = [
      {
        id: "add",
        label: t("Add a download"),
        also: "url",
        icon: Plus,
        keys: "n",
        run: () => add.open(),
        wants: "POST /jobs",
      },
      ...NAV_ITEMS.map(({ to, label, icon }): Command => ({
        id: to,
        label: t("Go to {page}", { page: label }),
        icon,
        run: () => void navigate({ to }),
      })),
      ...queueCommands(mutate),
      {
        id: "limit",
        label: t("Limit for all downloads"),
        icon: Gauge,
        keys: "l",
        run: () => limit.open(),
        wants: "PUT /limit-rate",
      },
      {
        id: "colours",
        label: colorScheme === "dark" ? t("Light colours") : t("Dark colours"),
        icon: SunMoon,
        run: () => setColorScheme(colorScheme === "dark" ? "light" : "dark"),
      },
      {
        id: "manual",
        label: t("Open the manual"),
        also: "help docs",
        icon: BookOpen,
        // Beside the page, under whatever path a proxy gives it.
        run: () => window.open("manual/", "_blank", "noreferrer"),
      },
      { id: "keys", label: t("Keyboard shortcuts"), icon: Keyboard, keys: "?", run: onHelp },
    ];
    const openJob = (job: string): void =>
      void navigate({ to: "/downloads", search: (before) => ({ ...before, job }) });
    return { commands: commands.filter(({ wants }) => wants === undefined || allowed(wants)), openJob };
  }, [navigate, add, limit, allowed, mutate, setColorScheme, colorScheme, onHelp]);
}

function queueCommands(ask: (what: AskMany) => void): Command[] {
  const wants = "POST /jobs/actions";
  return [
    { id: "pause", label: t("Pause all downloads"), icon: Pause, run: () => ask(PAUSE_ALL), wants },
    { id: "resume", label: t("Resume all downloads"), icon: Play, run: () => ask(RESUME_ALL), wants },
    { id: "retry", label: t("Retry all failed downloads"), icon: RotateCw, run: () => ask(RETRY_ALL), wants },
  ];
}
