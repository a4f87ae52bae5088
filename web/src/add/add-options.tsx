import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import { useServer } from "../data/server.tsx";
import type { DraftForm } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";
import { useMay } from "../access/may.tsx";
import { PlacesPicker } from "../places/places-picker.tsx";
import { ShareChoice } from "../places/share-choice.tsx";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { placesOf, SEVERAL } from "./add-draft.ts";
import type { AddDraft } from "./add-draft.ts";

interface AddOptionsProps {
  draft: AddDraft;
  field: DraftForm<AddDraft>["field"];
  /** All there are. */
  places: readonly PlaceChoice[];
  /** One file: it can be given a name and a hash. */
  isSingle: boolean;
  plan: PlanAnswer | null;
}

/** Where to, and how: what is asked for rarely is folded away. */
export function AddOptions({ draft, field, places, isSingle, plan }: AddOptionsProps) {
  return (
    <div className="add-options">
      <div className="form__pair">
        <PlaceField places={places} field={field} />
        {draft.to === SEVERAL && <SeveralPlaces draft={draft} field={field} places={places} />}
        <TextInput
          {...field("folder")}
          label={t("Folder")}
          description={t("Optional; below the downloads folder")}
          spellCheck={false}
        />
        {isSingle && (
          <TextInput
            {...field("name")}
            label={t("File name")}
            description={t("Optional; else the server’s own")}
            spellCheck={false}
          />
        )}
      </div>
      <details className="add-options__more">
        <summary>{t("More options")}</summary>
        <div className="form__pair">
          {isSingle && <Hash field={field} />}
          <NativeSelect
            {...field("priority")}
            label={t("Turn")}
            data={[
              { value: "0", label: t("Behind those that wait") },
              { value: "10", label: t("Before those that wait") },
              { value: "-10", label: t("When nothing else waits") },
            ]}
          />
          <TextInput
            {...field("limit")}
            label={t("Limit of each")}
            description={t("Optional; a rate such as 5M")}
            spellCheck={false}
            autoCapitalize="none"
          />
          <AfterRun field={field} />
        </div>
        {plan !== null && hasFacts(plan) && <Facts field={field} />}
      </details>
    </div>
  );
}

/** Only where there is another place than this machine. */
function PlaceField({ field, places }: Pick<AddOptionsProps, "field" | "places">) {
  const several = useMay("POST /groups");
  const { onChange, ...place } = field("to");
  if (places.length < 2) return null;
  return (
    <NativeSelect
      {...place}
      onChange={(event) => {
        // Who had chosen one goes on from there.
        if (event.currentTarget.value === SEVERAL) {
          const before = places.find(({ to, isHere }) => (place.value === "" ? isHere : to === place.value));
          field("places").onChange({ currentTarget: { value: before?.to ?? "" } });
        }
        onChange(event);
      }}
      label={t("Place")}
      description={t("This machine, or an instance")}
      data={[
        ...places.map(({ to, label, isHere }) => ({ value: isHere ? "" : to, label })),
        ...(several ? [{ value: SEVERAL, label: t("Several places…") }] : []),
      ]}
    />
  );
}

/** They make a group, which can be given a name. */
function SeveralPlaces({ draft, field, places }: Pick<AddOptionsProps, "draft" | "field" | "places">) {
  const { onChange, error } = field("places");
  const share = field("share");
  const wanted = placesOf(draft) ?? [];
  return (
    <>
      <TextInput
        {...field("groupName")}
        label={t("Name of the group")}
        description={t("Optional; else after what is in it")}
        spellCheck={false}
        maxLength={200}
      />
      <div className="add-options__wide">
        <PlacesPicker
          choices={places}
          picked={wanted}
          onPick={(picked) => onChange({ currentTarget: { value: picked.join("\n") } })}
          error={error}
        />
        <ShareChoice
          picked={places.filter(({ to }) => wanted.includes(to))}
          checked={share.value !== ""}
          onChange={(yes) => share.onChange({ currentTarget: { value: yes ? "yes" : "" } })}
        />
      </div>
    </>
  );
}

/** Only where an admin has set up a command for it. */
function AfterRun({ field }: Pick<AddOptionsProps, "field">) {
  const { client } = useServer();
  const { data: commands = [] } = useQuery({
    queryKey: ["after-run"],
    queryFn: ({ signal }) => client.channels.commands(signal),
  });
  if (commands.length === 0) return null;
  return (
    <NativeSelect
      {...field("afterRun")}
      label={t("Run afterwards")}
      description={t("A command of the server, once it is complete")}
      data={[{ value: "", label: t("Nothing") }, ...commands]}
    />
  );
}

function Hash({ field }: Pick<AddOptionsProps, "field">) {
  return (
    <div className="add-options__wide">
      <TextInput
        {...field("sha256")}
        label="SHA-256"
        description={t(
          "Optional; the file is placed only if it matches. Hashes the server publishes are found without it.",
        )}
        spellCheck={false}
        classNames={{ input: "mono" }}
      />
    </div>
  );
}

/** Civitai tells facts of its models, and has pictures of them. */
function hasFacts({ plans }: PlanAnswer): boolean {
  return plans.some(({ jobs }) => jobs.some(({ source }) => source.kind === "civitai"));
}

function Facts({ field }: Pick<AddOptionsProps, "field">) {
  const { value, onChange, name } = field("withInfo");
  return (
    <Checkbox
      name={name}
      checked={value !== ""}
      label={t("Keep what Civitai tells of a model, and its picture, beside it")}
      onChange={({ currentTarget: { checked } }) =>
        onChange({ currentTarget: { value: checked ? "yes" : "" } })
      }
    />
  );
}
