import type { PlannedJobMessage } from "../../../src/wire/plan.ts";
import { formatBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";

type Command = PlannedJobMessage["commands"][number];
type Expected = Command["expects"][number];

/** What a card would run, line by line, with the files that come of it as far as can be told. */
export function PlanCommands({ commands }: { commands: readonly Command[] }) {
  return (
    <ol className="plan-commands" aria-label={t("Commands")}>
      {numbered(commands).map(([number, { line, expects }]) => (
        <li key={number}>
          <code className="plan-commands__line">{line}</code>
          {numbered(expects).map(([at, file]) => (
            <ExpectedFile key={at} file={file} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function ExpectedFile({ file: { folder, name, size } }: { file: Expected }) {
  return (
    <span className="plan-commands__file">
      → <code>{name === null ? `${folder}/` : `${folder}/${name}`}</code>
      {size !== null && <span className="dim"> {formatBytes(size)}</span>}
    </span>
  );
}

/** A card may have the same line twice: they are told apart by their place, which does not change. */
function numbered<T>(list: readonly T[]): [number, T][] {
  return list.map((each, index) => [index, each]);
}
