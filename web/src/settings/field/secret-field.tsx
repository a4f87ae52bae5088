import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { SettingMessage } from "../../../../src/wire/settings.ts";
import { useIsAway } from "../../data/use-live.ts";
import { t } from "../../words/words.ts";
import { wordsFor } from "../setting-words.ts";
import { useChangeSetting } from "../use-settings.ts";
import { TokenTest } from "./token-test.tsx";
import { Button } from "../../ui/button.tsx";
import { forgetDraft, keepDraft, useKeptState } from "../../ui/kept-drafts.ts";

/** Services that can be asked whether they know a token. */
const TESTED = new Set(["hfToken", "civitaiApiKey"]);

/** A secret goes in and never comes out: it can be replaced, removed, and tried. */
export function SecretField({ setting, id }: { setting: SettingMessage; id: string }) {
  const keptAs = `setting ${setting.name}`;
  const [typed, setTyped] = useKeptState(keptAs, () => "");
  const [problem, setProblem] = useState<string | null>(null);
  const { mutate, isPending } = useChangeSetting(setting, (refused) => {
    setProblem(refused);
    keepDraft(keptAs, typed);
  });
  const away = useIsAway();
  const { value, changed_at } = setting;
  const { label } = wordsFor(setting);
  return (
    <div className="setting-control" data-wide>
      <form
        className="setting-secret"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === "") return;
          setProblem(null);
          forgetDraft(keptAs);
          mutate({ kind: "set", value: typed.trim() }, { onSuccess: () => setTyped("") });
        }}
      >
        <TextInput
          id={id}
          type="password"
          value={typed}
          placeholder={value.is_set ? t("set, not shown") : t("none")}
          error={problem}
          // Of the server, not of a person: no password manager is to fill it.
          autoComplete="off"
          data-1p-ignore
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <Button type="submit" loading={isPending} disabled={away || typed.trim() === ""}>
          {t("Save")}
        </Button>
      </form>
      <div className="setting-secret__more">
        {value.is_set && TESTED.has(setting.name) && (
          // Another token is another question.
          <TokenTest key={changed_at} name={setting.name} label={label} />
        )}
        {value.is_set && (
          <RemoveButton
            label={label}
            disabled={away || isPending}
            onRemove={() => mutate({ kind: "set", value: null })}
          />
        )}
      </div>
    </div>
  );
}

interface RemoveButtonProps {
  label: string;
  disabled: boolean;
  onRemove: () => void;
}

function RemoveButton({ label, disabled, onRemove }: RemoveButtonProps) {
  return (
    <Button
      variant="default"
      size="compact-sm"
      disabled={disabled}
      aria-label={t("Remove {name}", { name: label })}
      onClick={onRemove}
    >
      {t("Remove")}
    </Button>
  );
}
