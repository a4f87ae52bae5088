import { ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { t } from "../words/words.ts";
import "../ui/badge.css";

type Status = ImageMessage["status"];

/** How sure we are of the file's bytes. Nothing while nobody has looked at them. */
export function ImageChecksum({ status }: { status: Status }) {
  const { checksum_state: state } = status;
  if (state === null) return null;
  const Icon = state === "verified" ? ShieldCheck : state === "damaged" ? ShieldAlert : ShieldQuestion;
  const { label, sentence, tone } = wordsOf(state, status);
  return (
    <span className="badge" data-tone={tone} data-tip={sentence}>
      <Icon size={13} aria-hidden />
      {label}
      <span className="visually-hidden">: {sentence}</span>
    </span>
  );
}

interface Words {
  label: string;
  sentence: string;
  tone: "ok" | "warn" | "bad";
}

function wordsOf(state: NonNullable<Status["checksum_state"]>, status: Status): Words {
  const type = status.checksum_type ?? "";
  const note = status.checksum_note ?? "";
  switch (state) {
    case "verified":
      return {
        label: t("Verified {type}", { type }),
        sentence: t("Every byte matches the {type} from {origin}.", { type, origin: note }),
        tone: "ok",
      };
    case "unverified":
      return {
        label: t("Unverified"),
        sentence: note === "" ? t("Nobody has published a hash of it.") : note,
        tone: "warn",
      };
    case "damaged":
      return { label: t("Damaged"), sentence: note, tone: "bad" };
    default:
      throw state satisfies never;
  }
}
