/** `haulyard images`: the images as a table. */
import type { ImageMessage } from "../../wire/images.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import type { Cell } from "../screen/draw-table.ts";
import { formatBytes } from "../screen/format.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { imageNote, isHere, stateWord } from "./image-words.ts";

/** As commander gives them. */
export interface ListImagesOptions {
  here?: true;
  updates?: true;
  json?: true;
}

export async function runImages(options: ListImagesOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const checked = options.updates === true ? await client.images.checkUpdates() : null;
  const [all, { error, bad, troubles }] = await Promise.all([client.images.list(), client.images.catalog()]);
  const images = options.here === true ? all.filter(isHere) : all;
  const failed = checked?.failed ?? [];
  if (options.json === true) sayJson(terminal, { images, error, bad, troubles, failed });
  else {
    if (images.length > 0) for (const line of tableOf(images, terminal)) terminal.print(line);
    else if (error === null)
      terminal.tell(options.here === true ? NONE_HERE : "The catalogue has no images.");
    const faults = bad.map(
      ({ id, field, reason }) => `${id ?? "an entry of the catalogue"}: ${field} ${reason}`,
    );
    const unasked = failed.map(({ id, message }) => `${id}: ${message}`);
    for (const line of [...(error === null ? [] : [error]), ...faults, ...troubles, ...unasked])
      terminal.tell(terminal.paintErr("yellow", `haulyard: ${cleanText(line)}`));
  }
  return error === null && failed.length === 0 ? EXIT.done : EXIT.failed;
}

const NONE_HERE = "No images are here. Download one with: haulyard add <image id>";

function tableOf(images: readonly ImageMessage[], terminal: Terminal): string[] {
  const paint = terminal.paintOut;
  const rows = images.map((image): Cell[] => {
    const { phase } = image.status;
    const colour = COLOURS[phase];
    return [
      { text: cleanText(image.id) },
      { text: cleanText(image.name) },
      { text: image.arch ?? "" },
      { text: image.size_bytes === null ? "" : formatBytes(image.size_bytes) },
      {
        text: stateWord(image),
        ...(colour === undefined ? {} : { paint: (text: string) => paint(colour, text) }),
      },
      { text: cleanText(imageNote(image)) },
    ];
  });
  return drawTable(
    [
      { head: "ID", share: 2 },
      { head: "NAME", share: 2 },
      { head: "ARCH" },
      { head: "SIZE", right: true },
      { head: "STATE" },
      { head: "", share: 3 },
    ],
    rows,
    {
      // In a pipe or a file nothing is cut.
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => paint("dim", text),
    },
  );
}

const COLOURS: Partial<Record<ImageMessage["status"]["phase"], "green" | "red" | "yellow">> = {
  READY: "green",
  ERROR: "red",
  DOWNLOADING: "yellow",
  VERIFYING: "yellow",
};
