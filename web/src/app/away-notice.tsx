import { Button, Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useServer } from "../data/server.tsx";
import { useLink } from "../data/use-live.ts";
import { formatHour } from "../format/time.ts";
import { tell } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import "./away-notice.css";

/** A cut that is mended within this is not worth a word. */
const PATIENCE_MS = 3_000;

/** Floats over the page while the server is away, and says when it is back. Moves nothing. */
export function AwayNotice() {
  const { live } = useServer();
  const { link, ready } = useLink();
  const since = useAwaySince(link === "away");
  const shown = useRef(false);

  useEffect(() => {
    if (since !== null) shown.current = true;
    if (link === "away" || link === "connecting" || !shown.current) return;
    shown.current = false;
    tell(t("Connected again"), t("Everything shown is up to date."), "link");
  }, [since, link]);

  return (
    <div className="away floating-notice" role="status" data-shown={since !== null || undefined}>
      {since !== null && (
        <>
          <Loader size={16} color="var(--warn)" aria-hidden />
          <div className="away__text">
            <strong>{t("Server away – reconnecting")}</strong>
            {ready ? (
              <span>
                {" "}
                {t("Shown is what was known at {time}. Downloads are not lost.", { time: formatHour(since) })}
              </span>
            ) : (
              <span> {t("Is Haulyard running? Start it with “npm start”.")}</span>
            )}
          </div>
          <Button size="compact-sm" variant="default" onClick={() => live.retryNow()}>
            {t("Try now")}
          </Button>
        </>
      )}
    </div>
  );
}

/** Since when the server has been away, once it has been for a while; else null. */
function useAwaySince(away: boolean): string | null {
  const [since, setSince] = useState<string | null>(null);
  useEffect(() => {
    const at = new Date().toISOString();
    const timer = setTimeout(() => setSince(away ? at : null), away ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [away]);
  return since;
}
