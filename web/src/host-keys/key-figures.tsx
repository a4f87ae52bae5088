import { CopyButton } from "../ui/copy-button.tsx";
import { t } from "../words/words.ts";
import { drawRandomart } from "./randomart.ts";
import type { Fingerprint } from "./read-fingerprint.ts";

/** Fingerprints in full, each with its picture. */
export function KeyFigures({ keys }: { keys: readonly Fingerprint[] }) {
  return (
    <ul className="key-figures">
      {keys.map((key) => (
        <KeyFigure key={key.line} fingerprint={key} />
      ))}
    </ul>
  );
}

function KeyFigure({ fingerprint: { hash, type, bits } }: { fingerprint: Fingerprint }) {
  const picture = drawRandomart(hash, type, bits);
  return (
    <li className="key-figure">
      <div className="key-figure__head">
        {type !== "" && <span className="badge">{bits === null ? type : `${type} ${bits}`}</span>}
        <CopyButton text={hash} what={t("the fingerprint")} />
      </div>
      <code className="key-figure__hash">{hash}</code>
      {picture !== null && (
        <pre className="key-figure__art" aria-hidden>
          {picture}
        </pre>
      )}
    </li>
  );
}
