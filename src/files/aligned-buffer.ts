/** Unit of WebAssembly memory. */
const PAGE_BYTES = 64 * 1024;

declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

/** Memory that begins on a page: JavaScript cannot ask for that, but WebAssembly's memory always does. */
export function alignedBuffer(bytes: number): Uint8Array {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return new Uint8Array(new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer, 0, bytes);
}
