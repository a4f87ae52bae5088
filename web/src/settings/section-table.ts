/** The sections of the settings, in their order. A new one is a file in `sections/` and an entry here. */
import type { LucideIcon } from "lucide-react";
import {
  Archive,
  Bell,
  Folder,
  Gauge,
  Hourglass,
  Info,
  KeyRound,
  Network,
  Palette,
  Server,
  SquareTerminal,
  Users,
} from "lucide-react";
import { useMemo } from "react";
import type { ComponentType } from "react";
import { useAllowed } from "../access/may.tsx";
import type { Deed } from "../access/deeds.ts";
import { t } from "../words/words.ts";
import { AccessSection } from "./sections/access.tsx";
import { AboutSection } from "./sections/about.tsx";
import { AppearanceSection } from "./sections/appearance.tsx";
import { BackupSection } from "./sections/backup.tsx";
import { CommandsSection } from "./sections/commands.tsx";
import { FoldersSection } from "./sections/folders.tsx";
import { LimitsSection } from "./sections/limits.tsx";
import { MachinesSection } from "./sections/machines.tsx";
import { NetworkSection } from "./sections/network.tsx";
import { NotificationsSection } from "./sections/notifications.tsx";
import { RetentionSection } from "./sections/retention.tsx";
import { TokensSection } from "./sections/tokens.tsx";
import { GROUPS } from "./setting-groups.ts";

export interface SettingsSection {
  /** In the address: `#/settings/<id>`. */
  id: string;
  label: string;
  icon: LucideIcon;
  /** Other words people may look for. */
  also: string;
  /** The settings that are in it, by name: the search finds them by their words. */
  settings?: readonly string[];
  /** Shown to those only who may do it. */
  wants?: Deed;
  section: ComponentType;
}

export const SECTIONS: readonly [SettingsSection, ...SettingsSection[]] = [
  {
    id: "tokens",
    label: t("Tokens"),
    icon: KeyRound,
    also: t("Hugging Face, Civitai, key, password, secret, sign in"),
    settings: [...GROUPS.tokens, ...GROUPS.services],
    wants: "GET /settings",
    section: TokensSection,
  },
  {
    id: "limits",
    label: t("Limits"),
    icon: Gauge,
    also: t("speed, bandwidth, rate, schedule, hours, night, at a time, parallel"),
    settings: GROUPS.queue,
    wants: "GET /settings",
    section: LimitsSection,
  },
  {
    id: "folders",
    label: t("Folders"),
    icon: Folder,
    also: t("path, disk, space, place, ComfyUI, cache, catalogue"),
    settings: [...GROUPS.folders, ...GROUPS.catalogues, ...GROUPS.files],
    wants: "GET /settings",
    section: FoldersSection,
  },
  {
    id: "retention",
    label: t("Retention and stalls"),
    icon: Hourglass,
    also: t("history, forget, timeout, silence, give up"),
    settings: [...GROUPS.retention, ...GROUPS.stalls],
    wants: "GET /settings",
    section: RetentionSection,
  },
  {
    id: "commands",
    label: t("Commands"),
    icon: SquareTerminal,
    also: t("cards, scripts, policy, PATH, tools"),
    settings: GROUPS.commands,
    wants: "GET /settings",
    section: CommandsSection,
  },
  {
    id: "notifications",
    label: t("Notifications"),
    icon: Bell,
    also: t("tell, message, webhook, ntfy, Discord, Telegram, mail, hook, program, browser, phone"),
    settings: GROUPS.disks,
    section: NotificationsSection,
  },
  {
    id: "network",
    label: t("Network"),
    icon: Network,
    also: t("proxy, address, port, host"),
    settings: [...GROUPS.proxies, ...GROUPS.address],
    wants: "GET /settings",
    section: NetworkSection,
  },
  {
    id: "machines",
    label: t("Machines"),
    icon: Server,
    also: t("nodes, workers, servers, labels, drain, rest, cluster, PostgreSQL"),
    section: MachinesSection,
  },
  {
    id: "access",
    label: t("Access"),
    icon: Users,
    also: t("accounts, users, roles, API keys, sessions, sign in, password, audit log"),
    section: AccessSection,
  },
  {
    id: "backup",
    label: t("Backup"),
    icon: Archive,
    also: t("restore, copy, export, move, save"),
    wants: "GET /backup",
    section: BackupSection,
  },
  {
    id: "appearance",
    label: t("Appearance"),
    icon: Palette,
    also: t("theme, dark, light, colours, language, German, English"),
    section: AppearanceSection,
  },
  {
    id: "about",
    label: t("About"),
    icon: Info,
    also: t("version, doctor, diagnostics, report, licence, documentation, API"),
    section: AboutSection,
  },
];

/** Those that are for everybody, and those whoever is here may open. */
export function useSections(): readonly SettingsSection[] {
  const allowed = useAllowed();
  return useMemo(() => SECTIONS.filter(({ wants }) => wants === undefined || allowed(wants)), [allowed]);
}
