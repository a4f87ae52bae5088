import { Checkbox, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Download, Search } from "lucide-react";
import { useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import { findLines } from "./log-text.ts";
import { downloadLog, useJobLog } from "./use-job-log.ts";

/** What the commands wrote: live, followed to its end, searched, downloaded. */
export function JobLog({ job }: { job: JobMessage }) {
  const { client } = useServer();
  const log = useJobLog(job);
  const [search, setSearch] = useState("");
  const [follow, setFollow] = useState(true);
  const words = useDeferredValue(search);
  const lines = log.data?.lines;
  const found = useMemo(() => findLines(lines ?? [], words), [lines, words]);
  const save = useMutation({
    mutationFn: () => downloadLog(client.jobs, job),
    onError: (error) => tellProblem(t("The log could not be read"), describeError(error).message),
  });
  const open = words === "" ? (log.data?.open ?? null) : null;
  return (
    <section aria-labelledby="details-log">
      <h3 id="details-log" className="details__title">
        {t("Log")}
      </h3>
      <div className="log__tools">
        <TextInput
          size="xs"
          className="log__search"
          aria-label={t("Search the log")}
          placeholder={t("Search the log")}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          leftSection={<Search size={13} aria-hidden />}
        />
        <Checkbox
          size="xs"
          label={t("Follow")}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <IconButton label={t("Download the log")} loading={save.isPending} onClick={() => save.mutate()}>
          <Download size={15} aria-hidden />
        </IconButton>
      </div>
      {log.isError && <p className="dim">{describeError(log.error).message}</p>}
      {log.data?.cut === true && <p className="dim">{t("The beginning is left out; it is in the file.")}</p>}
      <LogText
        text={[...found, ...(open === null ? [] : [open])].join("\n")}
        follow={follow}
        empty={words === "" ? t("Nothing was written yet.") : t("No line holds these words.")}
        onScrolledUp={() => setFollow(false)}
      />
    </section>
  );
}

interface LogTextProps {
  text: string;
  follow: boolean;
  /** In its place where there is none. */
  empty: string;
  onScrolledUp: () => void;
}

/** So near to its end counts as at it. Pixels. */
const NEAR_PX = 24;

function LogText({ text, follow, empty, onScrolledUp }: LogTextProps) {
  const place = useRef<HTMLPreElement>(null);
  const last = useRef(0);
  useLayoutEffect(() => {
    const { current } = place;
    if (follow && text !== "" && current !== null) current.scrollTop = current.scrollHeight;
  }, [follow, text]);
  return (
    <pre
      ref={place}
      className="log"
      // Scrolled by keyboard as well.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-labelledby="details-log"
      onScroll={({ currentTarget: at }) => {
        const up = at.scrollTop < last.current;
        last.current = at.scrollTop;
        if (follow && up && at.scrollHeight - at.scrollTop - at.clientHeight > NEAR_PX) onScrolledUp();
      }}
    >
      {text === "" ? <span className="dim">{empty}</span> : text}
    </pre>
  );
}
