import {
  Box,
  Film,
  Image,
  Layers,
  Maximize2,
  Puzzle,
  ScanText,
  Shapes,
  SlidersHorizontal,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import { hueOf } from "./card-hue.ts";

/** Words that types hold, and a sign for what they stand for. */
const SIGNS: readonly (readonly [word: string, icon: LucideIcon])[] = [
  ["lora", Puzzle],
  ["vae", Shapes],
  ["upscal", Maximize2],
  ["control", SlidersHorizontal],
  ["encoder", ScanText],
  ["clip", ScanText],
  ["video", Film],
  ["checkpoint", Layers],
  ["diffusion", Layers],
  ["unet", Layers],
  ["image", Image],
];

interface CardArtProps {
  type: string;
  /** Cards of one ecosystem look alike. */
  ecosystem: string;
}

/** Stands where a picture would: pictures lie on other people's servers, which would be told who looks at what. */
export function CardArt({ type, ecosystem }: CardArtProps) {
  const name = type.toLowerCase();
  const [, Icon] = SIGNS.find(([word]) => name.includes(word)) ?? ["", Box];
  const hue = hueOf(ecosystem === "" ? type : ecosystem);
  return (
    <div className="card__art" style={{ "--hue": hue } as React.CSSProperties} aria-hidden>
      <Icon size={30} strokeWidth={1.5} />
    </div>
  );
}
