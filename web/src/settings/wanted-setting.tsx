/** The setting that a search has led to: it takes the focus as soon as it is there. */
import { createContext, useContext, useEffect } from "react";
import type { RefObject } from "react";

interface Wanted {
  name: string | null;
  /** It is there. */
  found: () => void;
}

const WantedSetting = createContext<Wanted>({ name: null, found: () => {} });

export const WantedSettingProvider = WantedSetting.Provider;

/** @param row what holds the field of this setting */
export function useWanted(name: string, row: RefObject<HTMLElement | null>): void {
  const wanted = useContext(WantedSetting);
  const isWanted = wanted.name === name;
  useEffect(() => {
    if (!isWanted || row.current === null) return;
    row.current.scrollIntoView({ block: "center" });
    const field = row.current.querySelector<HTMLElement>(
      "input:not([type='radio']), input:checked, select, button",
    );
    (field ?? row.current).focus();
    wanted.found();
  }, [isWanted, row, wanted]);
}
