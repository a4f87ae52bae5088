/** Processor time of this thread; waiting for a disk or for its turn is none. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
