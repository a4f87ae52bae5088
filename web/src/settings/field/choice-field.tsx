import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { SettingMessage } from "../../../../src/wire/settings.ts";
import { useIsAway } from "../../data/use-live.ts";
import { wordsFor } from "../setting-words.ts";
import { useChangeSetting } from "../use-settings.ts";

/** A few words to choose from: what is chosen is saved at once. */
export function ChoiceField({ setting }: { setting: SettingMessage }) {
  const [problem, setProblem] = useState<string | null>(null);
  const { mutate, isPending, variables } = useChangeSetting(setting, setProblem);
  const { label, choices = {} } = wordsFor(setting);
  const away = useIsAway();
  const asked = isPending && variables.kind === "set" ? variables.value : null;
  return (
    <div className="setting-control">
      <SegmentedControl
        aria-label={label}
        value={asked ?? setting.value.text ?? ""}
        disabled={away}
        data={setting.choices.map((value) => ({ value, label: choices[value] ?? value }))}
        onChange={(value) => {
          setProblem(null);
          mutate({ kind: "set", value });
        }}
      />
      {problem !== null && (
        <p className="setting-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
