/** Builds of an image as their publishers count them. Pure. */

/** Below 0 where `one` is the older build: its numbers are compared one after the other. */
export function compareBuilds(one: string, other: string): number {
  const [numbers, others] = [numbersOf(one), numbersOf(other)];
  for (let at = 0; at < Math.max(numbers.length, others.length); at += 1) {
    const difference = compareDigits(numbers[at] ?? "", others[at] ?? "");
    if (difference !== 0) return difference;
  }
  return one < other ? -1 : one > other ? 1 : 0;
}

function numbersOf(build: string): string[] {
  return build.split(/[^0-9]+/).filter((digits) => digits !== "");
}

/** Of any length: more digits are more, if no zeros lead. */
function compareDigits(one: string, other: string): number {
  const [digits, others] = [one.replace(/^0+/, ""), other.replace(/^0+/, "")];
  if (digits.length !== others.length) return digits.length - others.length;
  return digits < others ? -1 : digits > others ? 1 : 0;
}
