import { ShieldCheck, ShieldQuestion } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { checksumWords } from "../format/checksum-words.ts";
import "./badge.css";

/** How sure we are of the file's bytes. Nothing at all while there is nothing to say. */
export function ChecksumBadge({ job }: { job: JobMessage }) {
  const words = checksumWords(job);
  if (words.kind === "unknown") return null;
  const Icon = words.kind === "unverified" ? ShieldQuestion : ShieldCheck;
  const tone = words.kind === "verified" ? "ok" : words.kind === "unverified" ? "warn" : "plain";
  return (
    <span className="badge" data-tone={tone} data-kind={words.kind} data-tip={words.sentence}>
      <Icon size={13} aria-hidden />
      {words.label}
      <span className="visually-hidden">: {words.sentence}</span>
    </span>
  );
}
