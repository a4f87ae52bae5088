/** Every tool's parser. A tool is added here and in `TOOLS`. */
import { aria2c } from "./parse-aria2c.ts";
import { busybox } from "./parse-busybox-wget.ts";
import { civitdl } from "./parse-civitdl.ts";
import { curl } from "./parse-curl.ts";
import { gitLfs } from "./parse-git-lfs.ts";
import { hf } from "./parse-hf.ts";
import { rclone } from "./parse-rclone.ts";
import { tqdm } from "./parse-tqdm.ts";
import { wget } from "./parse-wget.ts";
import { wget2 } from "./parse-wget2.ts";
import type { Parser } from "./parser.ts";
import type { OutputLine } from "./split-lines.ts";
import type { Tool, ToolEvent } from "../../job/output-contract.ts";

/** A parser at work: its state is its own affair. */
export interface Reading {
  tool: Tool;
  read(line: OutputLine): ToolEvent | null;
  end(): ToolEvent | null;
}

interface Entry {
  claims(text: string): boolean;
  begin(): Reading;
}

function entry<State>(parser: Parser<State>): Entry {
  return {
    claims: parser.claims,
    begin: () => {
      const state = parser.start();
      return {
        tool: parser.tool,
        read: (line) => parser.read(line, state),
        end: () => parser.end?.(state) ?? null,
      };
    },
  };
}

export const PARSERS: Readonly<Record<Tool, Entry>> = {
  wget: entry(wget),
  wget2: entry(wget2),
  busybox: entry(busybox),
  curl: entry(curl),
  aria2c: entry(aria2c),
  civitdl: entry(civitdl),
  hf: entry(hf),
  tqdm: entry(tqdm),
  "git-lfs": entry(gitLfs),
  rclone: entry(rclone),
};
