import type { ReactNode } from "react";
import { formatBytes, formatExactBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";
import { rich } from "../words/rich.tsx";

/** A size, with the exact bytes when pointed at. */
export function Bytes({ bytes }: { bytes: number }) {
  return <span title={formatExactBytes(bytes)}>{formatBytes(bytes)}</span>;
}

/** `10.73 GB of 23.84 GB`, or just what came where the total is unknown. */
export function BytesOf({ done, total }: { done: number; total: number | null }) {
  if (total === null) {
    return (
      <span title={t("{bytes}, the server does not say of how many", { bytes: formatExactBytes(done) })}>
        {rich("{done} <dim>of unknown size</dim>", { dim }, { done: formatBytes(done) })}
      </span>
    );
  }
  return (
    <span title={t("{done} of {total}", { done: formatExactBytes(done), total: formatExactBytes(total) })}>
      {rich("{done} <dim>of {total}</dim>", { dim }, { done: formatBytes(done), total: formatBytes(total) })}
    </span>
  );
}

function dim(text: ReactNode): ReactNode {
  return <span className="dim">{text}</span>;
}
