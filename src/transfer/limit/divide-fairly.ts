/**
 * Divides an amount in equal parts. Who has no room for a whole part takes what it has room for, and the rest is
 * divided among the others in the same way. What nobody has room for is lost. Pure.
 *
 * @param rooms how much each takes at most; a negative room is none
 * @returns what each gets, in the same order
 */
export function divideFairly(amount: number, rooms: readonly number[]): number[] {
  const parts = rooms.map(() => 0);
  const smallestFirst = [...rooms.keys()].sort((a, b) => (rooms[a] ?? 0) - (rooms[b] ?? 0));
  let left = amount;
  for (const [done, index] of smallestFirst.entries()) {
    const part = Math.min(left / (rooms.length - done), Math.max(0, rooms[index] ?? 0));
    parts[index] = part;
    left -= part;
  }
  return parts;
}
