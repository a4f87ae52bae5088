/** Which groups are open: kept over a reload. */
import { useLocalStorage } from "@mantine/hooks";
import { createContext, useContext, useEffect, useMemo, useRef } from "react";

/** Ids that are remembered; those of groups that are gone, too. */
const MOST_REMEMBERED = 100;
const NONE: ReadonlySet<string> = new Set();

type Open = (id: string, wanted: boolean) => void;

const OpenContext = createContext<Open>(() => {});
export const OpenGroupsProvider = OpenContext.Provider;

/** Opens or closes a group; the same function from drawing to drawing. */
export function useOpenGroup(): Open {
  return useContext(OpenContext);
}

interface Narrowed {
  /** The group whose downloads are shown alone: it is open, and closing it shows everything again. */
  only: string | null;
  /** The list is narrowed in another way: to open a group is to look at it alone. */
  isSearched: boolean;
  onOnly: (id: string | null) => void;
}

export function useOpenGroups({ only, isSearched, onOnly }: Narrowed) {
  const [stored, setStored] = useLocalStorage<string[]>({
    key: "haulyard-open-groups",
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  // Anybody may write there.
  const kept = useMemo(() => new Set(Array.isArray(stored) ? stored : []), [stored]);
  const opened = useMemo((): ReadonlySet<string> => {
    if (only !== null) return new Set([only]);
    return isSearched ? NONE : kept;
  }, [only, isSearched, kept]);
  const latest = useRef({ only, isSearched, onOnly, kept });
  useEffect(() => {
    latest.current = { only, isSearched, onOnly, kept };
  });
  const open = useMemo(
    (): Open => (id, wanted) => {
      const now = latest.current;
      if (now.only !== null) {
        if (!wanted) now.onOnly(null);
      } else if (now.isSearched) now.onOnly(id);
      else {
        const others = [...now.kept].filter((each) => each !== id);
        setStored(wanted ? [...others, id].slice(-MOST_REMEMBERED) : others);
      }
    },
    [setStored],
  );
  return { opened, open };
}
