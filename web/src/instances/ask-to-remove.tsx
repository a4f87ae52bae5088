import { askFirst } from "../ui/ask-first.ts";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { t, tn } from "../words/words.ts";

/** More than this nobody reads; the number is told as well. */
const NAMED = 5;

/** Asks before an instance is forgotten; jobs of it that have not ended would be cancelled, and are named. */
export function askToRemove(
  host: HostMessage,
  jobs: Iterable<JobMessage>,
  act: (cancelJobs: boolean) => void,
): void {
  const open = [...jobs].filter((job) => job.place.name === host.id && isOpen(job));
  askFirst({
    title: t("Remove {name}?", { name: host.label }),
    children: (
      <div className="remove-instance">
        <p>
          {t(
            "It is forgotten here, with the keys that were accepted for it. Nothing on the machine itself is touched: what was downloaded stays.",
          )}
        </p>
        {open.length > 0 && (
          <>
            <p className="remove-instance__jobs">
              {tn(
                open.length,
                "{n} job has not ended and will be stopped:",
                "{n} jobs have not ended and will be stopped:",
              )}
            </p>
            <ul>
              {open.slice(0, NAMED).map(({ id, name }) => (
                <li key={id} dir="auto" className="truncate">
                  {name}
                </li>
              ))}
              {open.length > NAMED && (
                <li className="dim">{t("and {count} more", { count: open.length - NAMED })}</li>
              )}
            </ul>
          </>
        )}
      </div>
    ),
    doIt:
      open.length === 0
        ? t("Remove")
        : tn(open.length, "Stop {n} job and remove", "Stop {n} jobs and remove"),
    act: () => act(open.length > 0),
  });
}

function isOpen({ status }: JobMessage): boolean {
  return status !== "COMPLETE" && status !== "FAILED" && status !== "CANCELLED";
}
