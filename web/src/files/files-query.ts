/** Everything that is asked about files; the catalogue's entries are part of it. */
export const FILES_QUERY = ["files"] as const;
