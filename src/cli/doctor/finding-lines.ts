/** What was found, in words. Pure. */
import type { FindingArea, FindingState } from "../../job/finding.ts";
import { FINDING_AREAS } from "../../job/finding.ts";
import type { DoctorAnswer } from "../../wire/doctor.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { Color, Terminal } from "../screen/terminal.ts";

const TITLES: Record<FindingArea, string> = {
  server: "Server",
  folders: "Folders",
  files: "Files",
  programs: "Programs",
  services: "Services",
  machines: "Machines",
  instances: "Instances",
};

const MARKS: Record<FindingState, { sign: string; plain: string; color: Color }> = {
  ok: { sign: "✓", plain: "ok", color: "green" },
  hint: { sign: "!", plain: "! ", color: "yellow" },
  problem: { sign: "✗", plain: "x ", color: "red" },
};

type Paper = Pick<Terminal, "paintOut" | "unicode">;

export function findingLines(
  { findings, version, runtime, platform, server }: DoctorAnswer & { server: string | null },
  { paintOut: paint, unicode }: Paper,
): string[] {
  const where = server === null ? "this machine" : cleanText(server);
  const lines = [`Haulyard ${cleanText(version)}, ${cleanText(runtime)}, ${cleanText(platform)}; ${where}`];
  for (const area of FINDING_AREAS) {
    const there = findings.filter((finding) => finding.area === area);
    if (there.length > 0) lines.push("", paint("bold", TITLES[area]));
    for (const { state, message, advice } of there) {
      const { sign, plain, color } = MARKS[state];
      const mark = paint(color, unicode ? sign : plain);
      lines.push(`  ${mark} ${cleanText(message)}`);
      if (advice !== null) lines.push(`    ${paint("dim", cleanText(advice))}`);
    }
  }
  return [...lines, "", sumUp(findings)];
}

function sumUp(findings: DoctorAnswer["findings"]): string {
  const problems = findings.filter(({ state }) => state === "problem").length;
  const hints = findings.filter(({ state }) => state === "hint").length;
  const told = hints === 0 ? "" : `, ${hints} ${hints === 1 ? "hint" : "hints"}`;
  return problems === 0
    ? `No problems${told}.`
    : `${problems} ${problems === 1 ? "problem" : "problems"}${told}.`;
}
