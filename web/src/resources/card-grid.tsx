import type { ResourceMessage } from "../../../src/wire/resources.ts";
import { t } from "../words/words.ts";
import { CARD_GRID } from "./card-keys.ts";
import { CardTile } from "./card-tile.tsx";

interface CardGridProps {
  cards: readonly ResourceMessage[];
  chosen: ReadonlySet<string>;
  onToggle: (filepath: string) => void;
  /** From the one chosen last to this one. */
  onExtend: (filepath: string) => void;
  onAll: () => void;
  onNone: () => void;
}

/** The cards that were found, in the server's order. */
export function CardGrid({ cards, chosen, ...act }: CardGridProps) {
  return (
    <div className="cards" role="group" aria-label={t("Cards")} {...{ [CARD_GRID]: "" }}>
      {cards.map((card) => (
        <CardTile key={card.filepath} card={card} isChosen={chosen.has(card.filepath)} act={act} />
      ))}
    </div>
  );
}

export type CardActs = Pick<CardGridProps, "onToggle" | "onExtend" | "onAll" | "onNone">;
