/**
 * Whoever reads what is known of a file and writes it back does so alone: a look at a folder that began before a
 * download ended would put away what the download said of its file.
 */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** One after the other, in the order they came. No turn may ask for another one. */
export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}
