/** The program's log: lines of JSON in the data folder, and what needs a person's eye on standard error. */
import type { Logger } from "pino";
import { multistream, pino } from "pino";
import { redactText } from "../job/redact.ts";
import { RollingFile } from "./rolling-file.ts";

export interface OpenLog {
  logger: Logger;
  close(): void;
}

/** @param file absolute path of the log; its folder is made when the first line is written */
export function createLogger(file: string): OpenLog {
  const rolling = new RollingFile(file);
  const streams = multistream([
    // Messages of libraries may quote an address with a token in it (CONTRACT §7.10).
    { level: "info", stream: { write: (line: string) => rolling.write(redactText(line)) } },
    {
      level: "warn",
      stream: { write: (line: string) => process.stderr.write(toPlainLine(redactText(line))) },
    },
  ]);
  const logger = pino({ level: "info", base: null, timestamp: pino.stdTimeFunctions.isoTime }, streams);
  return { logger, close: () => rolling.close() };
}

/** `2026-11-21 05:04:03 warning: …`, for people and for a journal. */
function toPlainLine(json: string): string {
  const { time, level, msg, err } = JSON.parse(json) as {
    time: string;
    level: number;
    msg?: string;
    err?: { message?: string };
  };
  const word = level >= 50 ? "error" : "warning";
  const cause = err?.message === undefined ? "" : `: ${err.message}`;
  return `${time.slice(0, 19).replace("T", " ")} ${word}: ${msg ?? ""}${cause}\n`;
}
