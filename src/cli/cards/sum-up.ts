import type { Checked } from "./checked.ts";

export interface Summary {
  cards: number;
  broken: number;
  /** Files among them that are no cards and need not be. */
  notes: number;
  remarks: number;
  commands: number;
  /** Commands the policy does not let run. */
  refused: number;
  /** How many calls there are of each tool, the most used first. */
  tools: Record<string, number>;
}

export function sumUp(checked: readonly Checked[]): Summary {
  const cards = checked.flatMap((each) => (each.kind === "card" ? [each] : []));
  const commands = cards.flatMap(({ card, judge }) => card.commands.map((command) => ({ command, judge })));
  const tools = new Map<string, number>();
  for (const call of commands.flatMap(({ command }) => command.calls))
    if (call.kind === "download") tools.set(call.tool, (tools.get(call.tool) ?? 0) + 1);
  return {
    cards: cards.length,
    broken: checked.filter(({ kind }) => kind === "broken").length,
    notes: checked.filter(({ kind }) => kind === "note").length,
    remarks: cards.reduce((sum, { remarks }) => sum + remarks.length, 0),
    commands: commands.length,
    refused: commands.filter(({ command, judge }) => judge(command).kind === "refused").length,
    tools: Object.fromEntries([...tools].sort((a, b) => b[1] - a[1])),
  };
}
