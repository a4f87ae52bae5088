import { hasText, u32be, u64be } from "./bytes.ts";
import type { Told } from "./bytes.ts";

/** docs/interop/qcow2.rst of QEMU: magic, version 2 or 3; the virtual size lies at byte 24 in both. */
export function readQcow2(head: Buffer): Told | null {
  if (!hasText(head, 0, "QFI\u00fb")) return null;
  const version = u32be(head, 4);
  return version === 2 || version === 3 ? { virtualSize: u64be(head, 24) } : null;
}
