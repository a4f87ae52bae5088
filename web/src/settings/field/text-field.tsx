import { Loader, TextInput } from "@mantine/core";
import { useState } from "react";
import type { KeyboardEvent } from "react";
import type { SettingMessage } from "../../../../src/wire/settings.ts";
import { useIsAway } from "../../data/use-live.ts";
import { t } from "../../words/words.ts";
import { wordsFor } from "../setting-words.ts";
import { useChangeSetting } from "../use-settings.ts";

/** A text, a number or a path. Saved with Enter or when the field is left; Escape takes back what was typed. */
export function TextField({ setting, id }: { setting: SettingMessage; id: string }) {
  /** What was typed and is not saved; null: nothing. */
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { mutate, isPending } = useChangeSetting(setting, setProblem);
  const away = useIsAway();
  const { unit } = wordsFor(setting);
  const present = setting.value.text ?? "";
  const isPath = setting.form === "folder" || setting.form === "file";

  const save = (): void => {
    // What was refused is not asked again before it was changed.
    if (typed === null || isPending || problem !== null) return;
    const text = typed.trim();
    if (text === present) return setTyped(null);
    const value = text === "" && setting.may_be_none ? null : text;
    mutate({ kind: "set", value }, { onSuccess: () => setTyped(null) });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter") save();
    if (event.key !== "Escape" || typed === null) return;
    setTyped(null);
    setProblem(null);
  };
  return (
    <div className="setting-control" data-wide={setting.form === "number" ? undefined : true}>
      <TextInput
        id={id}
        className={isPath ? "setting-path" : undefined}
        value={typed ?? present}
        placeholder={setting.may_be_none ? t("none") : undefined}
        error={problem}
        disabled={away && typed === null}
        inputMode={setting.form === "number" ? "decimal" : undefined}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setProblem(null);
        }}
        onBlur={save}
        onKeyDown={onKeyDown}
        rightSection={isPending ? <Loader size={14} /> : null}
      />
      {unit !== undefined && <span className="setting-unit">{unit}</span>}
    </div>
  );
}
