import type { SettingMessage } from "../../../../src/wire/settings.ts";

type Part = Partial<Omit<SettingMessage, "value" | "given">> & {
  value?: Partial<SettingMessage["value"]>;
  given?: Partial<SettingMessage["given"]>;
};

/** A setting that nobody has touched, but for `part` of it. */
export function makeSetting({ value, given, ...part }: Part = {}): SettingMessage {
  const untouched = { source: "default", where: null, text: "24", is_set: true } as const;
  return {
    name: "retentionHours",
    section: "Queue",
    env: "HAULYARD_RETENTION_HOURS",
    flag: "--retention-hours",
    about: "Hours after which ended jobs are forgotten; their files stay",
    expects: "a number of hours greater than 0 and at most 87600",
    form: "number",
    choices: [],
    may_be_none: false,
    default: "24",
    changeable: "now",
    changed_at: null,
    pending: false,
    folder: null,
    ...part,
    value: { ...untouched, ...value },
    given: { ...untouched, ...given },
  };
}
