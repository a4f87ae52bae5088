import { t } from "../words/words.ts";
import { hostsOf } from "./sent-address.ts";

/** In the place of the plan while nobody has been asked: where it would lead, in letters that cannot deceive. */
export function ElsewhereNotice({ text }: { text: string }) {
  const hosts = hostsOf(text);
  return (
    <section className="plan" aria-label={t("What would come of it")}>
      <div className="plan__elsewhere" role="status">
        <p>
          {t(
            "A link or another program put this here. Nobody has been asked about it, and nothing is added, before you say so.",
          )}
        </p>
        {hosts.length > 0 && (
          <p>
            {t("It leads to")} <code>{hosts.join(", ")}</code>
          </p>
        )}
      </div>
    </section>
  );
}
