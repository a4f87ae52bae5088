/** `haulyard watch` of a group: one bar until nothing of it goes on. */
import { ApiError, Unreachable } from "../../client/api-error.ts";
import type { Client } from "../../client/create-client.ts";
import { systemClock } from "../../job/clock.ts";
import type { GroupMessage } from "../../wire/groups.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText, fitEnd } from "../screen/clean-text.ts";
import { drawBar } from "../screen/draw-bar.ts";
import { LiveBlock } from "../screen/live-block.ts";
import type { Terminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { countWords, groupBar, groupPercent, isOver } from "./group-words.ts";

/** The server adds a group up once a second. */
const EVERY_MS = 1_000;

interface Report {
  show(group: GroupMessage): void;
  away(error: Error): void;
  end(): void;
}

export async function watchGroup(
  client: Client,
  first: GroupMessage,
  terminal: Terminal,
  asJson: boolean,
): Promise<ExitCode> {
  const report = asJson ? inJson(terminal) : terminal.redraws ? onBar(terminal) : inLines(terminal);
  const stop = stopOnSignals({ ifUnread: true });
  try {
    let group = first;
    while (!stop.signal.aborted) {
      report.show(group);
      if (isOver(group)) return group.counts.FAILED + group.counts.CANCELLED === 0 ? EXIT.done : EXIT.failed;
      await systemClock.sleep(EVERY_MS, stop.signal);
      const next = await look(client, group, report);
      if (next === "gone") {
        report.end();
        terminal.tell("haulyard: the group was removed.");
        return EXIT.notFound;
      }
      group = next;
    }
    return EXIT.interrupted;
  } finally {
    report.end();
    stop.release();
  }
}

/** A server that is away may come back: until then the group is as it was last heard of. */
async function look(client: Client, group: GroupMessage, report: Report): Promise<GroupMessage | "gone"> {
  try {
    return await client.groups.get(group.id);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return "gone";
    if (!(error instanceof Unreachable)) throw error;
    report.away(error);
    return group;
  }
}

function onBar(terminal: Terminal): Report {
  const block = new LiveBlock(terminal);
  const { unicode, paintErr: paint } = terminal;
  let frame = 0;
  let bar = "";
  return {
    show: (group) => {
      frame += 1;
      const columns = terminal.columns();
      bar = drawBar(groupBar(group), { columns, unicode, paint, frame });
      block.draw([bar, paint("dim", fitEnd(countWords(group), columns - 1))]);
    },
    away: (error) => block.draw([bar, paint("yellow", fitEnd(awayWords(error), terminal.columns() - 1))]),
    end: () => block.clear(),
  };
}

function inLines(terminal: Terminal): Report {
  let last = "";
  const say = (line: string): void => {
    if (line !== last) terminal.print(line);
    last = line;
  };
  return {
    show: (group) =>
      say(`${groupPercent(group).padStart(4)}  ${cleanText(group.name)}  ${countWords(group)}`),
    away: (error) => say(awayWords(error)),
    end: () => {},
  };
}

function inJson(terminal: Terminal): Report {
  let last = "";
  return {
    show: (group) => {
      const text = JSON.stringify(group);
      if (text !== last) sayJson(terminal, { event: "group", group });
      last = text;
    },
    away: (error) => sayJson(terminal, { event: "link", link: "away", error: error.message }),
    end: () => {},
  };
}

function awayWords(error: Error): string {
  return `server away, reconnecting … ${cleanText(error.message)}`;
}
