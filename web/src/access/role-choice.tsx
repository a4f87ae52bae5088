import { SegmentedControl } from "@mantine/core";
import type { Role } from "../../../src/job/access-contract.ts";
import { ROLE_CHOICES } from "./role-words.ts";

interface RoleChoiceProps {
  label: string;
  value: Role;
  onChange: (role: Role) => void;
}

/** What somebody may do. */
export function RoleChoice({ label, value, onChange }: RoleChoiceProps) {
  return (
    <SegmentedControl size="xs" aria-label={label} value={value} onChange={onChange} data={ROLE_CHOICES} />
  );
}
