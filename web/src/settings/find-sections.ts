/** Which sections have to do with what was typed. Pure. */
interface Findable {
  label: string;
  also: string;
}

/** All words have to be in the name of a section, or in what people may call it. */
export function findSections<S extends Findable>(sections: readonly S[], typed: string): readonly S[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return sections.filter(({ label, also }) => {
    const text = `${label} ${also}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
