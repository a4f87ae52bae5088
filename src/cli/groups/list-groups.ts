/** `haulyard groups`: all of them as a table, or one in full. */
import type { GroupDetailsMessage, GroupMessage } from "../../wire/groups.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { shortId, statusColor, statusWord } from "../queue/job-words.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import type { Cell } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { allGroups, explainGroup, findGroups } from "./find-groups.ts";
import { countWords, groupPercent, groupSize } from "./group-words.ts";

interface JsonOption {
  json?: true;
}

export async function runGroups({ json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  const groups = await allGroups(connect());
  if (json === true) sayJson(terminal, { groups });
  else if (groups.length === 0)
    terminal.tell("There are no groups. Several --to of 'haulyard add' make one, and so does --group.");
  else {
    const rows = groups.map((group) => [
      { text: shortId(group.id) },
      ...cellsOf(group, group.name, terminal),
    ]);
    for (const line of table([{ head: "ID" }], rows, terminal)) terminal.print(line);
  }
  return EXIT.done;
}

export async function runShowGroup(word: string, { json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const [found] = findGroups(await allGroups(client), [word]);
  if (found === undefined || found.kind !== "one") {
    if (found !== undefined) terminal.tell(`haulyard: ${explainGroup(found)}`);
    return found?.kind === "several" ? EXIT.usage : EXIT.notFound;
  }
  const group = await client.groups.get(found.group.id);
  if (json === true) {
    sayJson(terminal, { group });
    return EXIT.done;
  }
  const labels = new Map(
    group.by_place.every(({ place }) => place.kind === "node")
      ? []
      : (await client.hosts.list()).map(({ id, label }) => [id, label]),
  );
  for (const line of detailLines(group, labels, terminal)) terminal.print(line);
  return EXIT.done;
}

function detailLines(
  group: GroupDetailsMessage,
  labels: ReadonlyMap<string, string>,
  terminal: Terminal,
): string[] {
  const byPlace = group.by_place.map(({ place, ...sum }) =>
    cellsOf({ ...group, ...sum }, labels.get(place.name) ?? place.name, terminal),
  );
  const bySource = group.by_source.map(({ source, ...sum }) =>
    cellsOf({ ...group, ...sum }, source, terminal),
  );
  return [
    `${cleanText(group.name)}  ${group.id}`,
    countWords(group),
    "",
    ...table([], byPlace, terminal, "PLACE"),
    "",
    ...table([], bySource, terminal, "SOURCE"),
  ];
}

function cellsOf(group: GroupMessage, name: string, { paintOut: paint }: Terminal): Cell[] {
  return [
    {
      text: statusWord({ status: group.status, wish: null }),
      paint: (text: string) => paint(statusColor(group.status), text),
    },
    { text: groupPercent(group) },
    { text: groupSize(group) },
    { text: cleanText(name) },
    { text: countWords(group) },
  ];
}

function table(
  before: readonly { head: string }[],
  rows: readonly (readonly Cell[])[],
  terminal: Terminal,
  named = "NAME",
): string[] {
  return drawTable(
    [
      ...before,
      { head: "STATUS" },
      { head: "%", right: true },
      { head: "SIZE", right: true },
      { head: named, share: 2 },
      { head: "", share: 3 },
    ],
    rows.map((row) => [...row]),
    {
      // In a pipe or a file nothing is cut.
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => terminal.paintOut("dim", text),
    },
  );
}
