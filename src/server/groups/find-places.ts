/** The places a group is for: names stand for themselves, `label:…` and `all` for what there is now. */
import type { HostChoices, HostId } from "../../job/host.ts";

export interface Machines {
  nodes: readonly { name: string; labels: Readonly<Record<string, string>> }[];
  hosts: readonly ({ id: HostId } & Pick<HostChoices, "tags">)[];
}

const LABEL = "label:";

/** Each once, in the order in which they were first named. A refusal is a sentence that goes on from "to". */
export function findPlaces(
  words: readonly string[],
  { nodes, hosts }: Machines,
): { kind: "found"; places: string[] } | { kind: "refused"; reason: string } {
  const places = new Set<string>();
  for (const word of words) {
    if (word === "all") {
      for (const { name } of nodes) places.add(name);
      for (const { id } of hosts) places.add(id);
    } else if (word.startsWith(LABEL)) {
      const label = word.slice(LABEL.length);
      const found = withLabel(label, { nodes, hosts });
      if (found.length === 0)
        return {
          kind: "refused",
          reason: `names ${JSON.stringify(word)}, but no machine has this label and no instance this tag.`,
        };
      for (const place of found) places.add(place);
    } else places.add(word);
  }
  return { kind: "found", places: [...places] };
}

/** Machines by `key=value`, or by a key alone; instances by a tag that reads the same. */
function withLabel(label: string, { nodes, hosts }: Machines): string[] {
  const [key = "", ...rest] = label.split("=");
  const value = rest.length === 0 ? null : rest.join("=");
  return [
    ...nodes
      .filter(({ labels }) => Object.hasOwn(labels, key) && (value === null || labels[key] === value))
      .map(({ name }) => name),
    ...hosts.filter(({ tags }) => tags.includes(label)).map(({ id }) => id),
  ];
}
