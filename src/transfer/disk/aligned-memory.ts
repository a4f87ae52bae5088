/** What O_DIRECT asks of memory, offsets and lengths; 4096 covers every common disk and page. Bytes. */
export const ALIGNMENT = 4096;

/** Unit of WebAssembly memory. */
const PAGE_BYTES = 64 * 1024;

/** What is used of it here; TypeScript knows it only among the types of browsers. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number; shared: true }) => {
    readonly buffer: SharedArrayBuffer;
  };
};

/**
 * Memory that begins on a page: JavaScript cannot ask for that, but WebAssembly's memory always does. It can be
 * shared with workers. It is not touched before it is used, so it costs nothing until then.
 */
export function alignedMemory(bytes: number): Uint8Array<SharedArrayBuffer> {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  return new Uint8Array(buffer, 0, bytes);
}
