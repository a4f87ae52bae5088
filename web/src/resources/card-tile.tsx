import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { MouseEvent } from "react";
import { May } from "../access/may.tsx";
import type { ResourceMessage } from "../../../src/wire/resources.ts";
import { formatBytes } from "../format/bytes.ts";
import { t, tn } from "../words/words.ts";
import { CardArt } from "./card-art.tsx";
import type { CardActs } from "./card-grid.tsx";
import { CARD_FOCUS, handleCardKey } from "./card-keys.ts";
import "../ui/badge.css";

interface CardTileProps {
  card: ResourceMessage;
  isChosen: boolean;
  act: CardActs;
}

/** Tags shown on a tile; the open card has them all. */
const MAX_TAGS = 4;

/** One card: its link covers it, its box chooses it. */
export function CardTile({ card, isChosen, act }: CardTileProps) {
  const { metadata, filepath } = card;
  const { title, type, ecosystem } = metadata;
  // A click with Shift or Ctrl chooses, as it does in any list of files.
  const click = (event: MouseEvent): void => {
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey) act.onExtend(filepath);
    else act.onToggle(filepath);
  };
  return (
    <article className="card surface" aria-label={title} data-chosen={isChosen || undefined}>
      <CardArt type={type} ecosystem={ecosystem} />
      <May to="POST /jobs">
        <Checkbox
          className="card__box"
          size="sm"
          tabIndex={-1}
          aria-label={t("Choose {title}", { title })}
          checked={isChosen}
          onClick={(event) => {
            if (!event.shiftKey) return;
            event.preventDefault();
            act.onExtend(filepath);
          }}
          onChange={() => act.onToggle(filepath)}
        />
      </May>
      <div className="card__body">
        <h2 className="card__title" dir="auto" title={title}>
          <Link
            to="."
            search={(before) => ({ ...before, card: filepath })}
            resetScroll={false}
            className="card__link"
            aria-description={isChosen ? t("chosen") : t("not chosen")}
            {...{ [CARD_FOCUS]: filepath }}
            onClick={click}
            onKeyDown={(event) =>
              handleCardKey(event, {
                choose: (range) => (range ? act.onExtend(filepath) : act.onToggle(filepath)),
                extend: act.onExtend,
                all: act.onAll,
                none: act.onNone,
              })
            }
          >
            {title}
          </Link>
        </h2>
        <CardFacts card={card} />
      </div>
    </article>
  );
}

function CardFacts({ card }: Pick<CardTileProps, "card">) {
  return (
    <>
      <p className="card__kind truncate">{kindOf(card)}</p>
      <ul className="card__tags" aria-label={t("Tags")}>
        {card.metadata.tags.slice(0, MAX_TAGS).map((tag) => (
          <li key={tag} className="badge truncate">
            {tag}
          </li>
        ))}
      </ul>
      <p className="card__foot">{footOf(card)}</p>
    </>
  );
}

function kindOf({ metadata: { type, ecosystem, basemodel }, filepath }: ResourceMessage): string {
  const words = [type, ecosystem, basemodel].filter((word) => word !== "");
  return words.length === 0 ? filepath : words.join(" · ");
}

function footOf({ metadata: { size, dependencies }, commands }: ResourceMessage): string {
  return [
    size === undefined ? t("Size unknown") : formatBytes(size),
    ...(commands.length > 1 ? [tn(commands.length, "{n} command", "{n} commands")] : []),
    ...(dependencies.length > 0 ? [tn(dependencies.length, "needs {n} other", "needs {n} others")] : []),
  ].join(" · ");
}
