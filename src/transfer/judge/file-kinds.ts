/** What the first bytes of a file have to be, by its name; and what they look like when they are something else. */

/** How strict a kind is about its first bytes. */
export type Expectation =
  /** `fits` decides; everything else is wrong. */
  | { kind: "magic"; what: string; fits: (head: Uint8Array, size: number | null) => boolean }
  /** Bytes without a mark of their own, but never a page or a message. */
  | { kind: "binary"; what: string }
  /** Text of some sort: only a whole web page is wrong. */
  | { kind: "text"; what: string }
  /** Nothing is known of it. */
  | { kind: "any" };

/** The longest header the safetensors library reads. */
const MAX_SAFETENSORS_HEADER = 100_000_000;

function starts(...marks: readonly string[]): (head: Uint8Array) => boolean {
  const wanted = marks.map((mark) => Buffer.from(mark, "latin1"));
  return (head) => wanted.some((mark) => Buffer.from(head.subarray(0, mark.length)).equals(mark));
}

/** u64 little endian length of the header, then the header: JSON, an object. */
function isSafetensors(head: Uint8Array, size: number | null): boolean {
  if (head.length < 9) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const header = view.getBigUint64(0, true);
  return (
    header >= 2n &&
    header <= BigInt(MAX_SAFETENSORS_HEADER) &&
    (size === null || header <= BigInt(size) - 8n) &&
    head[8] === 0x7b
  );
}

const ZIP = starts("PK\u0003\u0004", "PK\u0005\u0006", "PK\u0007\u0008");
const magic = (what: string, fits: (head: Uint8Array, size: number | null) => boolean): Expectation => ({
  kind: "magic",
  what,
  fits,
});
const binary = (what: string): Expectation => ({ kind: "binary", what });
const text = (what: string): Expectation => ({ kind: "text", what });

const KINDS: Record<string, Expectation> = {
  safetensors: magic("a safetensors file", isSafetensors),
  sft: magic("a safetensors file", isSafetensors),
  gguf: magic("a GGUF file", starts("GGUF")),
  zip: magic("a zip archive", ZIP),
  npz: magic("a NumPy archive", ZIP),
  whl: magic("a Python wheel", ZIP),
  jar: magic("a Java archive", ZIP),
  npy: magic("a NumPy array", starts("\u0093NUMPY")),
  qcow2: magic("a qcow2 image", starts("QFI\u00fb")),
  gz: magic("a gzip file", starts("\u001f\u008b")),
  tgz: magic("a gzip file", starts("\u001f\u008b")),
  xz: magic("an xz file", starts("\u00fd7zXZ\u0000")),
  txz: magic("an xz file", starts("\u00fd7zXZ\u0000")),
  // A frame, or a skippable frame (RFC 8878 §3.1.2: 0x184D2A50 to 5F, little endian).
  zst: magic("a zstd file", (head) => starts("\u0028\u00b5\u002f\u00fd")(head) || isSkippableFrame(head)),
  bz2: magic("a bzip2 file", starts("BZh")),
  "7z": magic("a 7z archive", starts("7z\u00bc\u00af\u0027\u001c")),
  rar: magic("a RAR archive", starts("Rar!\u001a\u0007")),
  png: magic("a PNG image", starts("\u0089PNG\r\n\u001a\n")),
  jpg: magic("a JPEG image", starts("\u00ff\u00d8\u00ff")),
  jpeg: magic("a JPEG image", starts("\u00ff\u00d8\u00ff")),
  gif: magic("a GIF image", starts("GIF87a", "GIF89a")),
  deb: magic("a Debian package", starts("!<arch>\n")),
  rpm: magic("an RPM package", starts("\u00ed\u00ab\u00ee\u00db")),
  parquet: magic("a Parquet file", starts("PAR1", "PARE")),
  json: text("a JSON file"),
  jsonl: text("a JSON file"),
  yaml: text("a YAML file"),
  yml: text("a YAML file"),
  toml: text("a TOML file"),
  csv: text("a CSV file"),
};

const BINARY_KINDS: Record<string, string> = {
  bin: "a binary file",
  pt: "a PyTorch file",
  pth: "a PyTorch file",
  ckpt: "a checkpoint",
  pkl: "a pickle file",
  onnx: "an ONNX model",
  ggml: "a GGML model",
  h5: "an HDF5 file",
  tflite: "a TensorFlow Lite model",
  msgpack: "a MessagePack file",
  engine: "a TensorRT engine",
  img: "a disk image",
  raw: "a disk image",
  iso: "an ISO image",
  vmdk: "a VMDK image",
  vhd: "a VHD image",
  vhdx: "a VHDX image",
  vdi: "a VDI image",
  ova: "an OVA archive",
  tar: "a tar archive",
  squashfs: "a SquashFS image",
  dmg: "a disk image",
  exe: "a program",
  msi: "an installer",
  appimage: "an AppImage",
  mp4: "a video",
  mkv: "a video",
  webm: "a video",
  mov: "a video",
  mp3: "a sound file",
  wav: "a sound file",
  flac: "a sound file",
  webp: "a WebP image",
  pdf: "a PDF document",
};

function isSkippableFrame(head: Uint8Array): boolean {
  return (
    head.length >= 4 &&
    ((head[0] as number) & 0xf0) === 0x50 &&
    starts("\u002a\u004d\u0018")(head.subarray(1))
  );
}

export function expectationOf(name: string): Expectation {
  const extension = /\.([a-z0-9]{1,12})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const what = BINARY_KINDS[extension];
  return KINDS[extension] ?? (what === undefined ? { kind: "any" } : binary(what));
}
