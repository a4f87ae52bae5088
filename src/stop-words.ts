/** When a process of ours ends, and what it says then. */

/** Resolves at the first SIGINT or SIGTERM; the second of either ends the process at once, which loses nothing. */
export function askedToStop(): Promise<null> {
  return new Promise((resolve) => {
    let asked = false;
    const ask = (): void => {
      if (asked) process.exit(130);
      asked = true;
      resolve(null);
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, ask);
  });
}

/** The database has given the name to another process, after it had taken this one's session for dead. */
export function replacedWords(node: string): string {
  return `Another Haulyard is the node '${node}' by now, so this one takes up nothing more and ends. Give each machine a name of its own: HAULYARD_NODE.`;
}
