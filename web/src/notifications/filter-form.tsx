import { Checkbox, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ChannelChangeRequest, ChannelMessage } from "../../../src/wire/notifications.ts";
import { useServer } from "../data/server.tsx";
import { useHosts } from "../data/use-hosts.ts";
import { useIsAway } from "../data/use-live.ts";
import { usePlaces } from "../data/use-places.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { useDraft } from "../ui/use-draft.ts";
import { useFormEnd } from "../ui/use-form-end.ts";
import { t } from "../words/words.ts";
import { DigestField, EventsField, NamedField } from "./filter-fields.tsx";
import { checkFilter, toFilterChange, toFilterDraft, toFilterField } from "./filter-draft.ts";
import type { FilterDraft } from "./filter-draft.ts";
import { CHANNELS_QUERY } from "./use-channels.ts";

/** What a channel is told. Where it leads stays: its keys are known to nobody here. */
export function FilterForm({ channel, onDone }: { channel: ChannelMessage; onDone: () => void }) {
  const away = useIsAway();
  const { client } = useServer();
  const queries = useQueryClient();
  const before = toFilterDraft(channel);
  const { draft, form, field, fill, problem, submit, refuse } = useDraft<FilterDraft>({
    initial: () => before,
    check: checkFilter,
    onSubmit: (written) => {
      const change = toFilterChange(before, written);
      if (change === null) onDone();
      else save.mutate(change);
    },
  });
  const end = useFormEnd({ onDone, onRefused: refuse, toField: toFilterField });
  const save = useMutation({
    mutationFn: (change: ChannelChangeRequest) => client.channels.change(channel.id, change),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: CHANNELS_QUERY });
      end.done();
    },
    onError: (error) => end.refused(error, t("{name} could not be changed", { name: channel.name })),
  });
  return (
    <form ref={form} className="form" noValidate onSubmit={submit}>
      <TextInput {...field("name")} label={t("Name")} data-autofocus />
      {channel.kind === "command" && (
        <NamedField value={draft.named} error={field("named").error} fill={fill} />
      )}
      <EventsField value={draft.events} error={field("events").error} fill={fill} />
      <PlacesField value={draft.places} error={field("places").error} fill={fill} />
      <TextInput
        {...field("sets")}
        label={t("Only of these sets of models")}
        description={t("Separated by commas; empty: of whatever set, or none.")}
        spellCheck={false}
      />
      <DigestField value={draft.digest} fill={fill} />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={onDone}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={away}>
          {t("Save")}
        </Button>
      </div>
    </form>
  );
}

interface PlacesProps {
  value: string;
  error: string | undefined;
  fill: (some: { places: string }) => void;
}

function PlacesField({ value, error, fill }: PlacesProps) {
  const known = new Map(usePlaces().map(({ id, label }) => [id, label]));
  for (const { id, label } of useHosts().hosts ?? []) known.set(id, label);
  const chosen = value.split(",").filter(Boolean);
  // An instance that is gone can still be taken out.
  for (const id of chosen) if (!known.has(id)) known.set(id, id);
  if (known.size < 2 && chosen.length === 0) return null;
  return (
    <Checkbox.Group
      label={t("Only of these places")}
      description={t("None chosen: of all.")}
      error={error}
      value={chosen}
      onChange={(ids) => fill({ places: ids.join(",") })}
    >
      <div className="channel-events">
        {[...known].map(([id, label], index) => (
          <Checkbox key={id} name={index === 0 ? "places" : undefined} value={id} label={label} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
