import { lazy, Suspense, useState } from "react";
import type { ReactNode } from "react";
import { needsToken } from "../../../src/client/api-error.ts";
import { useLink } from "../data/use-live.ts";
import { fetchPart } from "../ui/fetch-part.ts";

const Door = lazy(async () => ({ default: (await fetchPart(() => import("./door.tsx"))).Door }));

/** Asks who is there when the server wants to know; else shows the page. */
export function Gate({ children }: { children: ReactNode }) {
  const { error } = useLink();
  const wants = needsToken(error);
  // The first account is offered while the page could be shown already.
  const [offers, setOffers] = useState(false);
  if (!wants && !offers) return children;
  return (
    <Suspense fallback={<main aria-busy />}>
      <Door wants={wants} offers={offers} setOffers={setOffers} />
    </Suspense>
  );
}
