import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ExplainConnectionAnswer } from "../../../src/wire/explain-connection.ts";
import { useServer } from "../data/server.tsx";
import { bold } from "../ui/marks.tsx";
import { rich } from "../words/rich.tsx";
import { t } from "../words/words.ts";

/** So long after the last key the server is asked what the line says. */
const PAUSE_MS = 200;

interface ConnectionExplainedProps {
  line: string;
  /** The instance that is being edited: that the line leads there is no news. */
  own: string | null;
}

/** What the server reads in the line, part by part, by the rules by which it will keep it. */
export function ConnectionExplained({ line, own }: ConnectionExplainedProps) {
  const { client } = useServer();
  const [asked] = useDebouncedValue(line.trim(), PAUSE_MS);
  const { data } = useQuery({
    queryKey: ["explain-connection", asked],
    queryFn: ({ signal }) => client.hosts.explain(asked, signal),
    enabled: asked !== "",
    staleTime: Number.POSITIVE_INFINITY,
    // Between two keys the page goes on showing what it knew: nothing jumps.
    placeholderData: (before) => before,
    retry: false,
  });
  return (
    <div className="explained" role="status">
      {asked === "" || data === undefined ? (
        <p className="dim">
          {t("Paste the whole line as your provider shows it: what is not needed is left out, and said.")}
        </p>
      ) : (
        <Explanation answer={data} own={own} />
      )}
    </div>
  );
}

function Explanation({ answer, own }: { answer: ExplainConnectionAnswer; own: string | null }) {
  if (!answer.success)
    return (
      <p className="explained__line" data-tone="bad">
        <TriangleAlert size={15} aria-hidden />
        {answer.message}
      </p>
    );
  const { host, notes } = answer;
  return (
    <>
      <dl className="explained__parts">
        {partsOf(answer).map(([name, value, isCode]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{isCode ? <code>{value}</code> : value}</dd>
          </div>
        ))}
      </dl>
      {notes.map((note) => (
        <p key={note} className="explained__line">
          <Info size={15} aria-hidden />
          {note}
        </p>
      ))}
      {host !== null && host.id !== own && (
        <p className="explained__line" data-tone="accent">
          <CircleCheck size={15} aria-hidden />
          <span>
            {rich("This machine is kept already, as <b>{label}</b>.", { b: bold }, { label: host.label })}
          </span>
        </p>
      )}
    </>
  );
}

type Part = readonly [name: string, value: string, isCode: boolean];

function partsOf(answer: Extract<ExplainConnectionAnswer, { success: true }>): readonly Part[] {
  const { address, port, user, key_files, jumps, address_family: family, compression } = answer;
  return [
    [t("Address"), address, true],
    [t("Port"), String(port), true],
    user === null ? [t("User"), t("as ssh’s configuration says"), false] : [t("User"), user, true],
    key_files.length === 0
      ? [t("Key"), t("ssh’s own, or its agent’s"), false]
      : [key_files.length === 1 ? t("Key") : t("Keys"), key_files.join(", "), true],
    ...(jumps === null
      ? []
      : [
          [
            t("Through"),
            jumps.length === 0 ? t("nothing, straight there") : jumps.join(", "),
            jumps.length > 0,
          ] as const,
        ]),
    ...(family === "inet" ? [[t("Only"), "IPv4", false] as const] : []),
    ...(family === "inet6" ? [[t("Only"), "IPv6", false] as const] : []),
    ...(compression ? [[t("Compressed"), t("yes"), false] as const] : []),
  ];
}
