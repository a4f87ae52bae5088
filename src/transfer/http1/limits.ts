/** What a response may cost before it is refused. Bytes are counted on the wire, line ends included. */

/**
 * Longest line of a head, a trailer or a chunk size. The longest honest ones are `Location` and
 * `Content-Security-Policy`: signed links reach 4 KiB.
 */
export const MAX_LINE_BYTES = 16 * 1024;

/** Longest head of one response, status line included; Node's own parser allows 16 KiB, curl 300 KiB. */
export const MAX_HEAD_BYTES = 64 * 1024;

/** Most fields of one head; content networks send about 30. */
export const MAX_FIELDS = 256;

/** Most interim (1xx) responses before the final one; a server sends one or two (100, 103). */
export const MAX_INTERIM = 8;

/** Longest trailer section of a chunked body: a digest and a signature, not a second head. */
export const MAX_TRAILER_BYTES = 16 * 1024;

/** Most fields of one trailer section. */
export const MAX_TRAILER_FIELDS = 64;

/**
 * Chunk extensions are ignored, yet must be read. They may not outweigh the body by more than this:
 * else a server could keep a connection busy without ever sending a byte of the file.
 */
export const CHUNK_EXTENSION_ALLOWANCE_BYTES = 16 * 1024;
