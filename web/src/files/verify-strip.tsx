import { Button, CloseButton } from "@mantine/core";
import { CircleStop, ShieldCheck, TriangleAlert } from "lucide-react";
import { describeError } from "../data/describe-error.ts";
import { formatBytes } from "../format/bytes.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { t } from "../words/words.ts";
import { splitPath } from "./file-words.ts";
import { useRefreshOnVerified, useVerifyRun, useVerifyView } from "./use-verify.ts";
import { verifyWords } from "./verify-words.ts";
import type { VerifyView } from "./verify-run.ts";

/** What is being read and held against its hash, and what came of it. Nothing while nobody asked for it. */
export function VerifyStrip() {
  const run = useVerifyRun();
  const { running, results, error } = useVerifyView();
  useRefreshOnVerified();
  if (running === null && results.size === 0 && error === null) return null;
  const words = verifyWords(results);
  const bad = words.wrong.length > 0 || error !== null;
  return (
    <section className="verify surface" data-bad={bad || undefined} aria-label={t("Verifying files")}>
      <div className="verify__head">
        {bad ? <TriangleAlert size={17} aria-hidden /> : <ShieldCheck size={17} aria-hidden />}
        <p className="verify__words" role="status">
          {running === null ? <strong>{words.sentence}</strong> : <Reading running={running} />}
          {error !== null && <span>{describeError(error).message}</span>}
        </p>
        {running === null ? (
          <CloseButton aria-label={t("Close")} onClick={run.clear} />
        ) : (
          <Button
            size="compact-md"
            variant="default"
            leftSection={<CircleStop size={14} aria-hidden />}
            onClick={run.stop}
          >
            {t("Stop")}
          </Button>
        )}
      </div>
      {running !== null && (
        <ProgressBar
          label={t("Verifying files")}
          fraction={running.allBytes === 0 ? null : running.doneBytes / running.allBytes}
          valueText={t("{done} of {all} files", { done: running.done, all: running.all })}
          tone="check"
          thin
        />
      )}
      {words.wrong.length > 0 && (
        <ul className="verify__wrong">
          {words.wrong.map((path) => (
            <li key={path} dir="auto">
              {t("Wrong: {name}", { name: splitPath(path).name })} <code className="dim">{path}</code>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Reading({ running }: { running: NonNullable<VerifyView["running"]> }) {
  const { path, done, all, doneBytes, allBytes } = running;
  const bytes = { done: formatBytes(doneBytes), all: formatBytes(allBytes) };
  return (
    <>
      <strong dir="auto">{t("Reading {name}", { name: splitPath(path).name })}</strong>{" "}
      <span className="dim">
        {t("file {n} of {all}", { n: done + 1, all })} · {t("{done} of {all}", bytes)}
      </span>
    </>
  );
}
