import { createContext, useContext } from "react";

export interface OverallLimitDialog {
  open: () => void;
}

/** Opens the form for the limit for all, from wherever on the page. */
export const OverallLimitContext = createContext<OverallLimitDialog>({ open: () => {} });

export function useOverallLimit(): OverallLimitDialog {
  return useContext(OverallLimitContext);
}
