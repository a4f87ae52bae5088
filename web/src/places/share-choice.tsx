import { Checkbox } from "@mantine/core";
import { t, tn } from "../words/words.ts";
import { sharingSites } from "./site-sharing.ts";
import type { PlaceChoice } from "./use-place-choices.ts";

interface ShareChoiceProps {
  picked: readonly PlaceChoice[];
  checked: boolean;
  onChange: (wanted: boolean) => void;
}

/** Only where it makes a difference: several machines of one site, one of which gives files to others. */
export function ShareChoice({ picked, checked, onChange }: ShareChoiceProps) {
  const sites = sharingSites(picked);
  if (sites.size === 0) return null;
  const named = [...sites].map(([site, { length }]) =>
    tn(length, "{site} ({n} machine)", "{site} ({n} machines)", { site }),
  );
  const sharing = [...sites.values()].reduce((sum, { length }) => sum + length, 0);
  const others = picked.length - sharing;
  return (
    <Checkbox
      checked={checked}
      label={t("Fetch once per site")}
      description={[
        t("One machine of {sites} fetches each file, and the others take it from there.", {
          sites: named.join(", "),
        }),
        ...(others > 0
          ? [tn(others, "{n} other place fetches for itself.", "{n} other places fetch for themselves.")]
          : []),
      ].join(" ")}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  );
}
