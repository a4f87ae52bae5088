import { formatBytes, formatExactBytes } from "../format/bytes.ts";

/** A size, with the exact bytes when pointed at. */
export function Bytes({ bytes }: { bytes: number }) {
  return <span title={formatExactBytes(bytes)}>{formatBytes(bytes)}</span>;
}

/** `10.73 GB of 23.84 GB`, or just what came where the total is unknown. */
export function BytesOf({ done, total }: { done: number; total: number | null }) {
  if (total === null) {
    return (
      <span title={`${formatExactBytes(done)}, the server does not say of how many`}>
        {formatBytes(done)} <span className="dim">of unknown size</span>
      </span>
    );
  }
  return (
    <span title={`${formatExactBytes(done)} of ${formatExactBytes(total)}`}>
      {formatBytes(done)} <span className="dim">of {formatBytes(total)}</span>
    </span>
  );
}
