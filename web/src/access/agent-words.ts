/** Which browser on which system somebody signed in with, out of what browsers say of themselves. Pure. */
import { t } from "../words/words.ts";

/** Each names those it descends from as well: the youngest first. */
const BROWSERS = [
  ["Edg", "Edge"],
  ["OPR", "Opera"],
  ["SamsungBrowser", "Samsung Internet"],
  ["Firefox", "Firefox"],
  ["FxiOS", "Firefox"],
  ["CriOS", "Chrome"],
  ["Chrome", "Chrome"],
  ["Safari", "Safari"],
] as const;

const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Macintosh", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/** `Firefox on Linux`; of a program that is no browser what it says. */
export function agentWords(agent: string): string {
  const browser = BROWSERS.find(([sign]) => agent.includes(`${sign}/`))?.[1];
  const system = SYSTEMS.find(([sign]) => agent.includes(sign))?.[1];
  return browser === undefined || system === undefined
    ? agent
    : t("{browser} on {system}", { browser, system });
}
