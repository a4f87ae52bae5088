/** Which settings were meant by what was typed. Pure. */

interface Findable {
  label: string;
  also: string;
  settings?: readonly string[];
}

export interface FoundSection<S> {
  section: S;
  /** Names of its settings that fit; all of them where the section itself does. */
  settings: readonly string[];
}

/**
 * All words have to be in what a setting or its section is called. Without words nothing is found.
 *
 * @param textOf everything a setting may be looked for by
 */
export function findSettings<S extends Findable>(
  sections: readonly S[],
  typed: string,
  textOf: (name: string) => string,
): FoundSection<S>[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const holds = (text: string): boolean => {
    const lower = text.toLowerCase();
    return words.every((word) => lower.includes(word));
  };
  return sections.flatMap((section) => {
    const { label, also, settings = [] } = section;
    const fitting = settings.filter((name) => holds(`${label} ${textOf(name)}`));
    if (fitting.length > 0) return [{ section, settings: fitting }];
    return holds(`${label} ${also}`) ? [{ section, settings: [] }] : [];
  });
}
