/** The bytes of a file, in pages: those that are there, and those that a power cut would leave. */
import type { Cut } from "./power-cut.ts";

/** What a disk writes or does not write, but never half. */
export const PAGE_BYTES = 4096;

/** One write or truncate that no sync has made lasting yet. */
interface Change {
  pages: readonly (readonly [number, Uint8Array])[];
  /** Of the file, after it. */
  size: number;
}

export class Pages {
  size = 0;
  /** Pages are never changed, only replaced: copies of the map may share them. */
  #now = new Map<number, Uint8Array>();
  #lasting = new Map<number, Uint8Array>();
  #lastingSize = 0;
  #changes: Change[] = [];

  read(offset: number, length: number): Buffer {
    const end = Math.min(offset + length, this.size);
    const bytes = Buffer.alloc(Math.max(0, end - offset));
    for (let at = offset; at < end;) {
      const inside = at % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inside, end - at);
      const page = this.#now.get((at - inside) / PAGE_BYTES);
      if (page !== undefined) bytes.set(page.subarray(inside, inside + part), at - offset);
      at += part;
    }
    return bytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    const pages: [number, Uint8Array][] = [];
    for (let at = 0; at < bytes.length;) {
      const inside = (offset + at) % PAGE_BYTES;
      const number = (offset + at - inside) / PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - inside, bytes.length - at);
      const page = part === PAGE_BYTES ? new Uint8Array(bytes.subarray(at, at + part)) : this.#copy(number);
      if (part < PAGE_BYTES) page.set(bytes.subarray(at, at + part), inside);
      pages.push([number, page]);
      at += part;
    }
    this.#change(pages, Math.max(this.size, offset + bytes.length));
  }

  truncate(size: number): void {
    const inside = size % PAGE_BYTES;
    const last = (size - inside) / PAGE_BYTES;
    const page = inside > 0 && size < this.size ? this.#copy(last).fill(0, inside) : null;
    this.#change(page === null ? [] : [[last, page]], size);
  }

  #copy(number: number): Uint8Array {
    return this.#now.get(number)?.slice() ?? new Uint8Array(PAGE_BYTES);
  }

  #change(pages: Change["pages"], size: number): void {
    const change = { pages, size };
    this.#changes.push(change);
    for (const [number, page] of pages) this.#now.set(number, page);
    if (size < this.size) drop(this.#now, size);
    this.size = size;
  }

  sync(): void {
    for (const { pages, size } of this.#changes) {
      for (const [number, page] of pages) this.#lasting.set(number, page);
      if (size < this.#lastingSize) drop(this.#lasting, size);
      this.#lastingSize = size;
    }
    this.#changes = [];
  }

  /**
   * What a sync that fails does on Linux: pages that could not be written count as written from then on. They
   * can be read as long as they are in memory, the next sync succeeds, and they are never on the disk.
   */
  failToSync(): void {
    this.#changes = [];
  }

  afterPowerCut(cut: Cut): Pages {
    const left = new Pages();
    left.#now = new Map(this.#lasting);
    left.size = this.#lastingSize;
    // Sizes come in order, up to some moment; pages come as the disk likes.
    const lastSize = cut.upTo(this.#changes.length);
    this.#changes.forEach(({ pages, size }, index) => {
      for (const [number, page] of pages) if (cut.keepsPage(index)) left.#now.set(number, page);
      if (index >= lastSize) return;
      if (size < left.size) drop(left.#now, size);
      left.size = size;
    });
    drop(left.#now, left.size);
    left.#lasting = new Map(left.#now);
    left.#lastingSize = left.size;
    return left;
  }
}

function drop(pages: Map<number, Uint8Array>, size: number): void {
  for (const number of pages.keys()) if (number * PAGE_BYTES >= size) pages.delete(number);
}
