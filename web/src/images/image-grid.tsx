import { useElementSize } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useMemo, useState } from "react";
import { writeNumber } from "../words/words.ts";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { ImageCard } from "./image-card.tsx";
import { toLines } from "./image-lines.ts";
import type { ImageLine, ImageSection } from "./image-lines.ts";

/** Up to so many are drawn whole: the browser's own search finds everything in them. */
const WHOLE_GRID_CARDS = 150;
/** Least width of a card, the room between two, and heights, in pixels: as in images.css. */
const CARD_WIDTH = 300;
const GAP = 12;
const HEIGHT = { cards: 208 + GAP, heading: 46 };
/** Lines drawn above and below what is seen. */
const OVERSCAN = 4;

interface ImageGridProps {
  sections: readonly ImageSection[];
  lookedAt: number;
  onDetails: (id: string) => void;
}

/** Cards, as many beside each other as there is room for. Long catalogues are drawn only where they are seen. */
export function ImageGrid({ sections, lookedAt, onDetails }: ImageGridProps) {
  const { ref, width } = useElementSize();
  const columns = Math.max(1, Math.floor((width + GAP) / (CARD_WIDTH + GAP)));
  const lines = useMemo(() => (width === 0 ? [] : toLines(sections, columns)), [sections, columns, width]);
  const count = sections.reduce((sum, { images }) => sum + images.length, 0);
  const cards = { lookedAt, onDetails, columns };
  return (
    <div ref={ref} className="image-grid">
      {count > WHOLE_GRID_CARDS ? (
        <SeenLines lines={lines} {...cards} />
      ) : (
        lines.map((line) => <Line key={line.key} line={line} {...cards} />)
      )}
    </div>
  );
}

interface CardsProps {
  columns: number;
  lookedAt: number;
  onDetails: (id: string) => void;
}

function SeenLines({ lines, ...cards }: CardsProps & { lines: readonly ImageLine[] }) {
  const [list, setList] = useState<HTMLDivElement | null>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(
    () => setTop(list === null ? 0 : list.getBoundingClientRect().top + window.scrollY),
    [list],
  );
  const virtual = useWindowVirtualizer({
    count: lines.length,
    scrollMargin: top,
    overscan: OVERSCAN,
    getItemKey: (index) => lines[index]?.key ?? index,
    estimateSize: (index) => HEIGHT[lines[index]?.kind ?? "cards"],
  });
  return (
    <div ref={setList} className="image-grid__all" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const line = lines[index];
        if (line === undefined) return null;
        return (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className="image-grid__place"
            style={{ transform: `translateY(${start - top}px)` }}
          >
            <Line line={line} {...cards} />
          </div>
        );
      })}
    </div>
  );
}

function Line({ line, columns, lookedAt, onDetails }: CardsProps & { line: ImageLine }) {
  if (line.kind === "heading") {
    return (
      <h2 className="image-grid__heading">
        {line.title} <span className="dim">{writeNumber(line.count)}</span>
      </h2>
    );
  }
  return (
    <div className="image-grid__line" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {line.images.map((image: ImageMessage) => (
        <ImageCard key={image.id} image={image} lookedAt={lookedAt} onDetails={onDetails} />
      ))}
    </div>
  );
}
