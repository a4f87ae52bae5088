import { useInfiniteQuery } from "@tanstack/react-query";
import { Ban, Check } from "lucide-react";
import type { AuditMessage } from "../../../src/wire/access.ts";
import { useNow } from "../data/use-now.ts";
import { useServer } from "../data/server.tsx";
import { formatAgo, formatTime } from "../format/time.ts";
import { SettingsGroup } from "../settings/settings-group.tsx";
import { deedWords, refusalWords, whoWords } from "./deed-words.ts";
import { Button } from "../ui/button.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { t } from "../words/words.ts";
import "../ui/finding.css";

const PAGE_LENGTH = 50;

/** Who did what when. */
export function AuditGroup() {
  const { access } = useServer().client;
  const audit = useInfiniteQuery({
    queryKey: ["access", "audit"],
    queryFn: ({ pageParam, signal }) =>
      access.audit({ limit: PAGE_LENGTH, ...(pageParam === null ? {} : { before: pageParam }) }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
  if (audit.isError)
    return <CouldNotRead title={t("The log could not be read")} error={audit.error} retry={audit.refetch} />;
  const entries = audit.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <SettingsGroup
      title={t("Audit log")}
      about={t("What was changed, who came in and who was turned away. Kept for 90 days.")}
    >
      {entries.map((entry) => (
        <AuditLine key={entry.id} entry={entry} />
      ))}
      {audit.isSuccess && entries.length === 0 && (
        <p className="settings-group__note">{t("Nothing has been changed yet.")}</p>
      )}
      {audit.hasNextPage && (
        <div className="access-more">
          <Button
            size="xs"
            variant="default"
            loading={audit.isFetchingNextPage}
            onClick={() => void audit.fetchNextPage()}
          >
            {t("Show older ones")}
          </Button>
        </div>
      )}
    </SettingsGroup>
  );
}

function AuditLine({ entry }: { entry: AuditMessage }) {
  const { at, address, action, target, status } = entry;
  const now = useNow("minute");
  const refusal = refusalWords(status);
  const went = refusal === null;
  const Mark = went ? Check : Ban;
  return (
    <div className="finding" data-state={went ? "ok" : "hint"}>
      <Mark size={15} className="finding__mark" role="img" aria-label={went ? t("done") : t("refused")} />
      <div className="finding__text">
        <div>
          {!went && <strong>{refusal} </strong>}
          {deedWords(action) ?? <code>{action}</code>} {target !== "" && <code>{target}</code>}
        </div>
        <div className="finding__advice">
          {`${whoWords(entry)} · `}
          <time dateTime={at} title={formatTime(at)}>
            {formatAgo(at, now)}
          </time>
          {` · ${address} · ${status}`}
        </div>
      </div>
    </div>
  );
}
