import type { Role } from "../../../src/job/access-contract.ts";
import { t } from "../words/words.ts";

/** Roles as people choose them, the smallest first. */
export const ROLE_CHOICES: { value: Role; label: string }[] = [
  { value: "read", label: t("Look") },
  { value: "operate", label: t("Operate") },
  { value: "admin", label: t("Admin") },
];

export function roleWord(role: Role): string {
  return ROLE_CHOICES.find(({ value }) => value === role)?.label ?? role;
}
