import type { CallMessage, ResourceDetailMessage } from "../../../src/wire/resources.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { t, tn } from "../words/words.ts";

/** The commands of a card, one after the other, each with what it would do. */
export function CardCommands({ card: { command_details: commands } }: { card: ResourceDetailMessage }) {
  return (
    <section aria-labelledby="card-commands">
      <h3 id="card-commands" className="details__title">
        {tn(commands.length, "Command", "{n} commands")}
      </h3>
      <ol className="steps">
        {commands.map(({ line, name, command, calls, allowed, reason }) => (
          <li key={line} className="step">
            {name !== null && <p>{name}</p>}
            <div className="step__command">
              <code>{command}</code>
              <CopyButton text={command} what={t("the command")} />
            </div>
            {!allowed && (
              <p className="card-details__refused">
                {t("May not run here: {reason}", { reason: reason ?? "" })}
              </p>
            )}
            {calls.map((call, index) => (
              // Calls never change places, and two may be the same.
              // oxlint-disable-next-line react/no-array-index-key
              <Call key={index} call={call} />
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Call({ call }: { call: CallMessage }) {
  switch (call.kind) {
    case "download":
      return (
        <ul className="card-details__call">
          {call.fetches.map(({ urls, folder, file }) => (
            <li key={`${folder} ${file} ${urls[0]}`} className="dim">
              {t("{tool} writes {file}", {
                tool: call.tool,
                file: file === null ? folder : `${folder}/${file}`,
              })}
            </li>
          ))}
          {call.credentials.length > 0 && (
            <li className="dim">{t("Shows who asks: {how}", { how: call.credentials.join(", ") })}</li>
          )}
          {call.risky_options.length > 0 && (
            <li className="card-details__refused">
              {t("Can do more than download: {options}", { options: call.risky_options.join(" ") })}
            </li>
          )}
        </ul>
      );
    case "prepare":
      return null;
    case "other":
      return (
        <p className="card-details__refused">
          {t("{program} is no download tool that is known here", { program: call.program })}
        </p>
      );
    default:
      throw call satisfies never;
  }
}
