interface Leaving {
  left: () => void;
  /** Out of the browser's store of pages that were left. */
  back: () => void;
}

/** Tells when the page is left, and when it is shown again as it was. Answers how to hear no more of it. */
export function onLeaving({ left, back }: Leaving): () => void {
  const shown = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) back();
  };
  addEventListener("pagehide", left);
  addEventListener("pageshow", shown);
  return () => {
    removeEventListener("pagehide", left);
    removeEventListener("pageshow", shown);
  };
}
