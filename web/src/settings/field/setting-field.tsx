import { useRef } from "react";
import type { ReactNode } from "react";
import type { SettingMessage } from "../../../../src/wire/settings.ts";
import { useNow } from "../../data/use-now.ts";
import { formatBytes } from "../../format/bytes.ts";
import { formatAgo } from "../../format/time.ts";
import { t } from "../../words/words.ts";
import { SettingLine } from "../setting-line.tsx";
import { backSentence, originSentence } from "../setting-origin.ts";
import { wordsFor } from "../setting-words.ts";
import { useChangeSetting } from "../use-settings.ts";
import { useWanted } from "../wanted-setting.tsx";
import { tellProblem } from "../../ui/notify.ts";
import { ChoiceField } from "./choice-field.tsx";
import { SecretField } from "./secret-field.tsx";
import { TextField } from "./text-field.tsx";
import "../../ui/badge.css";
import "./field.css";

/** One setting: what it is and does, its value to be changed in place, and where that comes from. */
export function SettingField({ setting }: { setting: SettingMessage }) {
  const words = wordsFor(setting);
  const row = useRef<HTMLDivElement>(null);
  useWanted(setting.name, row);
  const id = `setting-${setting.name}`;
  const labels = setting.changeable !== "never" && setting.form !== "choice";
  return (
    <div ref={row} className="setting-field" tabIndex={-1}>
      <SettingLine
        label={labels ? <label htmlFor={id}>{words.label}</label> : words.label}
        about={
          <>
            <span>{words.about}</span>
            <Origin setting={setting} />
          </>
        }
      >
        {control(setting, id)}
      </SettingLine>
    </div>
  );
}

function control(setting: SettingMessage, id: string): ReactNode {
  if (setting.changeable === "never" || setting.changeable === "elsewhere")
    return <Fixed setting={setting} />;
  switch (setting.form) {
    case "choice":
      return <ChoiceField setting={setting} />;
    case "secret":
      return <SecretField setting={setting} id={id} />;
    case "text":
    case "number":
    case "folder":
    case "file":
      return <TextField setting={setting} id={id} />;
    default:
      throw setting.form satisfies never;
  }
}

/** What is decided where the server is started. */
function Fixed({ setting: { value, form, env } }: { setting: SettingMessage }) {
  const text = form === "secret" ? (value.is_set ? t("set") : t("none")) : (value.text ?? t("none"));
  return (
    <span
      className="setting-fixed"
      title={t("Set {variable} and start the server again to change it.", { variable: env })}
    >
      <span dir="auto">{text === "" ? t("none") : text}</span>
    </span>
  );
}

function Origin({ setting }: { setting: SettingMessage }) {
  const now = useNow("minute");
  const { mutate, isPending } = useChangeSetting(setting, (message) =>
    tellProblem(t("{name} was not changed", { name: wordsFor(setting).label }), message),
  );
  const { changed_at, pending, folder } = setting;
  const ago = changed_at === null ? "" : formatAgo(changed_at, now);
  return (
    <span className="setting-origin">
      <span>{originSentence(setting, ago)}</span>
      {changed_at !== null && (
        <button
          type="button"
          className="setting-origin__back"
          disabled={isPending}
          onClick={() => mutate({ kind: "reset" })}
        >
          {backSentence(setting)}
        </button>
      )}
      {pending && (
        <span className="badge" data-tone="accent">
          {t("From the next start on")}
        </span>
      )}
      {folder?.problem != null && (
        <span className="badge setting-origin__problem" data-tone="bad">
          {folder.problem}
        </span>
      )}
      {folder?.free_bytes != null && (
        <span>{t("{bytes} free", { bytes: formatBytes(folder.free_bytes) })}</span>
      )}
    </span>
  );
}
