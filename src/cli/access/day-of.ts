/** The day of a time, in the form that sorts. */
export function dayOf(at: string | null): string {
  return at === null ? "never" : at.slice(0, 10);
}
