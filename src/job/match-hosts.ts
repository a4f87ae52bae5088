import type { Host } from "./host.ts";

/** An id may be cut to this many of its first characters. */
const MIN_ID_LENGTH = 4;

type Named = Pick<Host, "id" | "label" | "address" | "port" | "instanceId">;

/**
 * The hosts a person may mean: by id (or its beginning), label, `address:port`, address, or the name of the old
 * resource queue. The closest way of naming that fits any host counts; several that fit alike are all given. Pure.
 */
export function matchHosts<H extends Named>(hosts: readonly H[], word: string): H[] {
  const wanted = word.trim().toLowerCase();
  if (wanted === "") return [];
  const ways: ((host: H) => boolean)[] = [
    ({ id }) => id === wanted,
    ({ label }) => label.toLowerCase() === wanted,
    ({ address, port }) =>
      [`${address}:${port}`, `[${address}]:${port}`].some((name) => name.toLowerCase() === wanted),
    ({ address, instanceId }) => [address, instanceId].some((name) => name.toLowerCase() === wanted),
    ({ id }) => wanted.length >= MIN_ID_LENGTH && id.startsWith(wanted),
  ];
  for (const fits of ways) {
    const found = hosts.filter(fits);
    if (found.length > 0) return found;
  }
  return [];
}
