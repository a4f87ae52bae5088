import { Loader } from "@mantine/core";
import { CircleCheck, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { usePlan } from "../add/use-plan.ts";
import { joinSentences } from "../format/join-sentences.ts";
import { formatBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";

/** What the server of an address says of it, while the form is still being filled in. */
export function AddressCheck({ url }: { url: string }) {
  const requests = useMemo(() => (url === "" ? null : [{ source: url }]), [url]);
  const { plan, isLooking } = usePlan(requests);
  const [job] = plan?.plans[0]?.jobs ?? [];
  const trouble = plan?.plans[0]?.error ?? job?.trouble ?? null;
  if (isLooking) {
    return (
      <p className="address-check" role="status">
        <Loader size={13} aria-hidden /> {t("Asking its server…")}
      </p>
    );
  }
  if (trouble !== null && trouble.code !== "destination_exists") {
    return (
      <p className="address-check" data-tone="warn" role="status">
        <TriangleAlert size={14} aria-hidden />
        <span>{joinSentences(trouble.message, trouble.advice)}</span>
      </p>
    );
  }
  if (job === undefined) {
    return (
      <p className="address-check" role="status">
        {t("Its server is asked as soon as there is an address.")}
      </p>
    );
  }
  const size = job.size === null ? t("of unknown size") : formatBytes(job.size);
  const hash =
    job.checksum === null
      ? ""
      : t("{type} known from {origin}", { type: job.checksum.algorithm, origin: job.checksum.origin });
  return (
    <p className="address-check" data-tone="ok" role="status">
      <CircleCheck size={14} aria-hidden />
      <span>{[t("Its server has it"), size, hash].filter((part) => part !== "").join(" · ")}</span>
    </p>
  );
}
