/** Left free beside every download: what the file system and its other users need to breathe. Bytes. */
export const SPACE_MARGIN_BYTES = 32 * 1024 * 1024;
