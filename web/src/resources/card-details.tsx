import { Link } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { ResourceDetailMessage } from "../../../src/wire/resources.ts";
import { formatExactBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";
import { CardArt } from "./card-art.tsx";
import { CardCommands } from "./card-commands.tsx";
import { Markdown } from "./markdown.tsx";
import { safeLink } from "./safe-link.ts";
import "../details/details.css";
import "../ui/bad-entries.css";

/** All that a card says, and what its commands would do. */
export function CardDetails({ card, children }: { card: ResourceDetailMessage; children: ReactNode }) {
  const { metadata, description, remarks } = card;
  return (
    <div className="details card-details">
      <div className="card-details__head">
        <CardArt type={metadata.type} ecosystem={metadata.ecosystem} />
        <h2 className="details__name" dir="auto">
          {metadata.title}
        </h2>
        <div className="card__tags">
          {metadata.tags.map((tag) => (
            <span key={tag} className="badge">
              {tag}
            </span>
          ))}
        </div>
        {children}
      </div>
      {description.trim() !== "" && <Markdown text={description} />}
      <Facts card={card} />
      <Dependencies card={card} />
      <CardCommands card={card} />
      {remarks.length > 0 && (
        <section className="bad-entries" aria-label={t("What looks wrong with it")}>
          <h3 className="bad-entries__title">
            <TriangleAlert size={15} aria-hidden />
            {t("It works, but something looks wrong")}
          </h3>
          <ul>
            {remarks.map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                {t("Line {line}: {message}", { line: String(line), message })}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Facts({ card: { metadata, filepath } }: { card: ResourceDetailMessage }) {
  const { type, ecosystem, basemodel, version, published, size, creator, license, AIR, url, image } =
    metadata;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t("Type"), type],
    [t("Ecosystem"), ecosystem],
    [t("Base model"), basemodel],
    [t("Version"), version],
    [t("Published"), published],
    [t("Size"), size === undefined ? undefined : formatExactBytes(size)],
    [t("Creator"), creator],
    [t("Licence"), license],
    [t("Identifier"), AIR],
    [t("Other names"), metadata.aliases.join(", ")],
    [t("File"), filepath],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) =>
        value === undefined || value === "" ? null : (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>
              <span className="fact__value" dir="auto">
                {value}
              </span>
            </dd>
          </div>
        ),
      )}
      <LinkFact name={t("Page")} url={url} />
      <LinkFact name={t("Picture")} url={image} />
    </dl>
  );
}

/** Opened by a person, never by the page: whose server it is sees who asks. */
function LinkFact({ name, url }: { name: string; url: string | undefined }) {
  const href = safeLink(url ?? "");
  if (href === null) return null;
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>
        <a className="fact__value" href={href} target="_blank" rel="noopener noreferrer nofollow">
          {href}
        </a>
      </dd>
    </div>
  );
}

function Dependencies({ card: { dependencies } }: { card: ResourceDetailMessage }) {
  if (dependencies.length === 0) return null;
  return (
    <section aria-labelledby="card-needs">
      <h3 id="card-needs" className="details__title">
        {t("Needs")}
      </h3>
      <ul className="card-details__needs">
        {dependencies.map(({ name, filepath, problem }) => (
          <li key={name}>
            {filepath === null ? (
              <span>
                {name} {problem !== null && <span className="dim">{problem}</span>}
              </span>
            ) : (
              <Link to="." search={(before) => ({ ...before, card: filepath })} resetScroll={false}>
                {name}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
