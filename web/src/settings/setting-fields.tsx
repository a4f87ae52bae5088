import { Skeleton } from "./skeleton.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { t } from "../words/words.ts";
import { SettingField } from "./field/setting-field.tsx";
import { useSettings } from "./use-settings.ts";

/** The fields of some settings, in this order. */
export function SettingFields({ names }: { names: readonly string[] }) {
  const { data, error, refetch } = useSettings();
  if (data === undefined)
    return error === null ? (
      <Skeleton lines={names.length} />
    ) : (
      <CouldNotRead title={t("The settings could not be read")} error={error} retry={refetch} />
    );
  const byName = new Map(data.map((setting) => [setting.name, setting]));
  return names.map((name) => {
    const setting = byName.get(name);
    // An older server has fewer.
    return setting === undefined ? null : <SettingField key={name} setting={setting} />;
  });
}
