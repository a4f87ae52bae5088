import { Link } from "@tanstack/react-router";
import { TagSign } from "../ui/tag-sign.tsx";
import { t } from "../words/words.ts";
import "../ui/badge.css";

interface VerifyLinkProps {
  /** The instance whose keys a person has to look at. */
  hostId: string;
  /** What waits for it, by name. */
  of: string;
}

/** Opens the question about the keys of an instance, over whatever page it stands on. */
export function VerifyLink({ hostId, of }: VerifyLinkProps) {
  return (
    <Link
      to="."
      search={(before) => ({ ...before, verify: hostId })}
      resetScroll={false}
      className="badge badge_link"
      data-tone="bad"
      aria-label={t("Verify Host: {name} waits for it", { name: of })}
    >
      <TagSign sign="🔐" /> {t("Verify Host")}
    </Link>
  );
}
