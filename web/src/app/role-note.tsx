import { useAccess } from "../access/use-access.ts";
import { t } from "../words/words.ts";

const WORDS = {
  read: {
    label: t("You may look"),
    sentence: t(
      "Your role looks at everything and changes nothing, so buttons that change something are not shown. An admin can give you another role.",
    ),
  },
  operate: {
    label: t("You may operate"),
    sentence: t(
      "Your role adds and steers downloads. Instances, the catalogue and the settings are an admin's, so their buttons are not shown.",
    ),
  },
} as const;

/** Why buttons are missing that others have. */
export function RoleNote() {
  const role = useAccess().data?.asker?.role;
  if (role === undefined || role === "admin") return null;
  const { label, sentence } = WORDS[role];
  return (
    <span className="link-state" data-tip={sentence}>
      {label}
      <span className="visually-hidden">: {sentence}</span>
    </span>
  );
}
