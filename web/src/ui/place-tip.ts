/** Where a hint stands: over the middle of what it is of, below where there is no room, never outside the window. Pure. */

/** Between a hint and what it is of, and between it and the window's edge. Pixels. */
const GAP = 6;
const EDGE = 8;

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function placeTip(
  of: Box,
  tip: Pick<Box, "width" | "height">,
  view: Pick<Box, "width" | "height">,
): { left: number; top: number } {
  const above = of.top - GAP - tip.height;
  const left = of.left + of.width / 2 - tip.width / 2;
  return {
    left: Math.max(EDGE, Math.min(left, view.width - EDGE - tip.width)),
    top: above >= EDGE ? above : of.top + of.height + GAP,
  };
}
