import { Modal } from "@mantine/core";
import { useMounted } from "@mantine/hooks";
import { CornerDownLeft, FileDown } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { KeyboardEvent } from "react";
import { useServer } from "../data/server.tsx";
import { t } from "../words/words.ts";
import { paletteEntries } from "./palette-entries.ts";
import type { PaletteEntry } from "./palette-entries.ts";
import { usePaletteCommands } from "./use-palette-commands.ts";
import type { Command } from "./use-palette-commands.ts";
import "./palette.css";

interface PaletteProps {
  opened: boolean;
  onClose: () => void;
  onHelp: () => void;
}

/** Whatever can be done, and any download, by a few letters of its name. */
export function Palette({ opened, onClose, onHelp }: PaletteProps) {
  // Drawn closed first: in the step to open it is noted who has the focus, to give it back.
  const mounted = useMounted();
  return (
    <Modal.Root opened={mounted && opened} onClose={onClose} size={600} yOffset="14vh" keepMounted={false}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content radius={14} aria-label={t("Commands")}>
        <Modal.Body p={0}>
          <Commands onClose={onClose} onHelp={onHelp} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

function Commands({ onClose, onHelp }: Omit<PaletteProps, "opened">) {
  const { live } = useServer();
  const { commands, openJob } = usePaletteCommands(onHelp);
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  // As they were when it was typed: entries must not move under the finger.
  const entries = useMemo(
    () => paletteEntries(typed, commands, live.getSnapshot().jobs.values()),
    [typed, commands, live],
  );
  const chosen = Math.min(at, entries.length - 1);
  const run = (entry: PaletteEntry<Command> | undefined): void => {
    if (entry === undefined) return;
    onClose();
    if (entry.kind === "job") openJob(entry.job.id);
    else entry.command.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && entries.length > 0) setAt((chosen + step + entries.length) % entries.length);
    else if (event.key === "Enter") run(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className="palette__input"
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        aria-label={t("What to do, or the name of a download")}
        placeholder={t("What to do, or the name of a download")}
        value={typed}
        data-autofocus
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette__list" id={listId} role="listbox" aria-label={t("Commands")}>
        {entries.map((entry, index) => (
          <Entry
            key={entry.id}
            id={`${listId}-${index}`}
            entry={entry}
            chosen={index === chosen}
            onChoose={() => run(entry)}
          />
        ))}
      </div>
      {entries.length === 0 && <p className="palette__nothing">{t("Nothing is called that.")}</p>}
    </>
  );
}

interface EntryProps {
  id: string;
  entry: PaletteEntry<Command>;
  chosen: boolean;
  onChoose: () => void;
}

function Entry({ id, entry, chosen, onChoose }: EntryProps) {
  const Icon = entry.kind === "command" ? entry.command.icon : FileDown;
  return (
    // The keys are those of the field above, which keeps the focus.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      ref={(line) => {
        if (chosen) line?.scrollIntoView({ block: "nearest" });
      }}
      role="option"
      aria-selected={chosen}
      className="palette__entry"
      onClick={onChoose}
    >
      <Icon size={16} aria-hidden />
      <span className="truncate" dir="auto">
        {entry.label}
      </span>
      {entry.kind === "command" && entry.command.keys !== undefined && <kbd>{entry.command.keys}</kbd>}
      {chosen && <CornerDownLeft size={14} aria-hidden className="palette__enter" />}
    </div>
  );
}
