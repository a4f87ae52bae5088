/**
 * The picture of a key that `ssh-keygen -lv` and OpenSSH's VisualHostKey draw (sshkey.c, fingerprint_randomart):
 * a bishop walks over a board as the bits of the hash say, and leaves a mark wherever he has been. Pure.
 */

const WIDTH = 17;
const HEIGHT = 9;
/** By how often he was there; the last two are where he began and where he ended. */
const MARKS = " .o+=*BOX@%&#/^SE";
const END = MARKS.length - 1;
const START = END - 1;
const MOST = START - 1;

/**
 * @param hash `SHA256:…` in base64 without padding
 * @returns eleven lines of nineteen characters; null for what is no such hash
 */
export function drawRandomart(hash: string, type: string, bits: number | null): string | null {
  const bytes = bytesOf(hash);
  if (bytes === null) return null;
  const visits = walk(bytes);
  const rows = Array.from({ length: HEIGHT }, (_, y) => {
    const marks = visits.slice(y * WIDTH, (y + 1) * WIDTH).map((count) => MARKS[count] ?? " ");
    return `|${marks.join("")}|`;
  });
  const size = bits === null ? `[${type}]` : `[${type} ${bits}]`;
  // Its buffer holds a board's width with the zero at the end.
  const title = size.length < WIDTH ? size : `[${type}]`.slice(0, WIDTH - 1);
  return [border(title), ...rows, border("[SHA256]")].join("\n");
}

/** How often he was on each square, row by row. */
function walk(bytes: Uint8Array): number[] {
  const visits = Array.from({ length: WIDTH * HEIGHT }, () => 0);
  let x = Math.floor(WIDTH / 2);
  let y = Math.floor(HEIGHT / 2);
  const first = y * WIDTH + x;
  for (const byte of bytes) {
    for (let pair = 0; pair < 4; pair += 1) {
      const bits = (byte >> (2 * pair)) & 3;
      x = clamp(x + ((bits & 1) === 0 ? -1 : 1), WIDTH - 1);
      y = clamp(y + ((bits & 2) === 0 ? -1 : 1), HEIGHT - 1);
      const square = y * WIDTH + x;
      visits[square] = Math.min(MOST, (visits[square] ?? 0) + 1);
    }
  }
  visits[first] = START;
  visits[y * WIDTH + x] = END;
  return visits;
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(max, value));
}

function border(title: string): string {
  const before = Math.floor((WIDTH - title.length) / 2);
  return `+${"-".repeat(before)}${title}${"-".repeat(WIDTH - before - title.length)}+`;
}

function bytesOf(hash: string): Uint8Array | null {
  const [, base64] = /^SHA256:([A-Za-z0-9+/]{43})$/.exec(hash) ?? [];
  if (base64 === undefined) return null;
  return Uint8Array.from(atob(`${base64}=`), (char) => char.codePointAt(0) ?? 0);
}
