/** What a person can ask of limits. */
import { useMutation } from "@tanstack/react-query";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { LimitMessage } from "../../../src/wire/limits.ts";
import { useServer } from "../data/server.tsx";
import { tell } from "../ui/notify.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import { isNone } from "./limit-draft.ts";
import { rateWord } from "./limit-words.ts";
import { t } from "../words/words.ts";

interface ChangeOptions {
  onDone: () => void;
  onRefused: (message: string, field: "limit" | null) => void;
}

const toField = (field: string | null): "limit" | null => (field === "limit_rate" ? "limit" : null);

/** Changes the limit for all; `mutate(null)` goes back to the setting. */
export function useChangeOverallLimit({ onDone, onRefused }: ChangeOptions) {
  const { client } = useServer();
  const end = useFormEnd({ onDone, onRefused, toField });
  return useMutation({
    mutationFn: (text: string | null): Promise<LimitMessage> =>
      client.limit.change(text !== null && isNone(text) ? "none" : text),
    onSuccess: (limit) => {
      tell(t("The limit was changed"), limitSentence(limit), "limit");
      end.done();
    },
    onError: (error) => end.refused(error, t("The limit was not changed")),
  });
}

/** Changes the limit of one job. */
export function useChangeJobLimit(job: JobMessage, { onDone, onRefused }: ChangeOptions) {
  const { client } = useServer();
  const end = useFormEnd({ onDone, onRefused, toField });
  return useMutation({
    mutationKey: ["job", job.id],
    mutationFn: (text: string): Promise<JobMessage> =>
      client.jobs.adjust(job.id, { limit_rate: isNone(text) ? null : text.trim() }),
    onSuccess: ({ name, limit_rate }) => {
      const message =
        limit_rate === null ? t("No limit of its own") : t("At most {rate}", { rate: rateWord(limit_rate) });
      tell(t("{name} was changed", { name }), message, "limit");
      end.done();
    },
    onError: (error) => end.refused(error, t("The limit was not changed")),
  });
}

function limitSentence(limit: LimitMessage): string {
  const rate = limit.now.bytes_per_second;
  if (rate === null) return t("All downloads together: no limit now");
  return rate === 0
    ? t("All downloads wait now")
    : t("All downloads together: {rate} now", { rate: rateWord(rate) });
}
