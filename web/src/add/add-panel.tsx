import { useEffect, useMemo, useState } from "react";
import type { PlanAnswer } from "../../../src/wire/plan.ts";
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import { describeError } from "../data/describe-error.ts";
import { useIsAway } from "../data/use-live.ts";
import { formatBytes } from "../format/bytes.ts";
import { Button } from "../ui/button.tsx";
import { FormProblem } from "../ui/form-problem.tsx";
import { sharingSites } from "../places/site-sharing.ts";
import { useAddGroup } from "../places/use-add-group.ts";
import type { PlaceChoice } from "../places/use-place-choices.ts";
import { usePlaceChoices } from "../places/use-place-choices.ts";
import { useDraft } from "../ui/use-draft.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t, tn } from "../words/words.ts";
import {
  checkDraft,
  EMPTY_DRAFT,
  isSingle,
  placesOf,
  SEVERAL,
  toDraftField,
  toPlanRequests,
  withTurn,
} from "./add-draft.ts";
import type { AddDraft, Attachment } from "./add-draft.ts";
import { AddOptions } from "./add-options.tsx";
import { ElsewhereNotice } from "./elsewhere-notice.tsx";
import { sumChosen, toChosenRequests, toGroupSources } from "./plan-choice.ts";
import type { Choices } from "./plan-choice.ts";
import { PlanView } from "./plan-view.tsx";
import { joinLines } from "./read-transfer.ts";
import type { Handed } from "./read-transfer.ts";
import { SourceBox } from "./source-box.tsx";
import { useAddJobs } from "./use-add-jobs.ts";
import { usePlan } from "./use-plan.ts";
import type { PlanView as PlanState } from "./use-plan.ts";
import "./add-panel.css";

interface AddPanelProps {
  /** What is in it at first. */
  first: Handed;
  /** Is told who takes what is handed in later, and has what is in it; answers how to leave. */
  onReady: (panel: OpenPanel) => () => void;
  /** It was queued. */
  onDone: () => void;
  /** It is left as it is. */
  onCancel: () => void;
}

export interface OpenPanel {
  take: (handed: Handed) => void;
  /** What would be lost. */
  content: () => Handed;
}

const NO_CHOICES: Choices = new Map();

/** One box for everything that can be downloaded, what would come of it, and one press to queue it. */
export function AddPanel(props: AddPanelProps) {
  const panel = useAddPanel(props);
  const { draft, form, submit, field, problem, attachments, view, choices } = panel;
  const away = useIsAway();
  return (
    <form ref={form} className="form add-panel" noValidate onSubmit={submit}>
      <SourceBox
        field={field("text")}
        attachments={attachments}
        refused={panel.refused}
        onRemove={panel.removeAttachment}
        onSend={() => form.current?.requestSubmit()}
      />
      {panel.isHeld ? (
        <ElsewhereNotice text={draft.text} />
      ) : (
        <PlanView
          view={view}
          places={panel.picked}
          isShared={panel.isShared}
          choices={choices}
          onChoices={panel.setChoices}
        />
      )}
      <AddOptions
        draft={draft}
        field={field}
        places={panel.places}
        isSingle={isSingle(draft.text, attachments)}
        plan={view.plan}
      />
      <FormProblem message={problem} />
      <div className="form__buttons">
        <Button variant="default" onClick={props.onCancel}>
          {t("Cancel")}
        </Button>
        <Button type="submit" loading={panel.isSending} disabled={away}>
          {panel.isHeld ? t("Look what it is") : sendLabel(view, choices)}
        </Button>
      </div>
    </form>
  );
}

/** What is in the panel, what would come of it, and what is chosen of that. */
function useAddPanel({ first, onReady, onDone }: AddPanelProps) {
  const [attachments, setAttachments] = useState<readonly Attachment[]>(first.attachments);
  const [refused, setRefused] = useState<readonly string[]>(first.refused);
  const [choices, setChoices] = useState(NO_CHOICES);
  const [isHeld, setIsHeld] = useState(first.fromElsewhere === true);
  const { draft, form, field, fill, problem, submit, refuse } = useDraft<AddDraft>({
    initial: () => ({
      ...EMPTY_DRAFT,
      text: first.text,
      ...(first.forSeveral === true ? { to: SEVERAL } : {}),
    }),
    check: (filled) => checkDraft(filled, attachments),
    // The first yes is to looking; what is found out by it is seen before the second.
    onSubmit: (filled) => (isHeld ? setIsHeld(false) : send(filled)),
  });
  useEffect(() =>
    onReady({
      take: (handed) => {
        fill({ text: joinLines(draft.text, handed.text) });
        setAttachments((before) => [...before, ...handed.attachments]);
        setRefused(handed.refused);
        if (handed.fromElsewhere === true) setIsHeld(true);
        if (handed.forSeveral === true) fill({ to: SEVERAL });
      },
      content: () => ({
        text: draft.text,
        attachments: [...attachments],
        refused: [],
        fromElsewhere: isHeld,
      }),
    }),
  );

  const places = usePlaceChoices();
  const { picked, isShared } = pickedOf(draft, places);
  const sending = { draft, attachments, choices, isShared, isHeld, refuse, onDone };
  const { view, send, isSending } = useSending(sending);
  const errors = planErrors(view);
  return {
    draft,
    form,
    submit,
    problem,
    attachments,
    refused,
    view,
    choices,
    setChoices,
    isHeld,
    places,
    picked,
    isShared,
    isSending,
    field: (name: keyof AddDraft) => {
      const known = field(name);
      return { ...known, error: known.error ?? errors[name] };
    },
    removeAttachment: (key: string) => setAttachments((before) => before.filter((each) => each.key !== key)),
  };
}

/** The places that are chosen, null where it is for one; and whether machines of one site fetch each file once. */
function pickedOf(
  draft: AddDraft,
  places: readonly PlaceChoice[],
): { picked: readonly PlaceChoice[] | null; isShared: boolean } {
  const wanted = placesOf(draft);
  if (wanted === null) return { picked: null, isShared: false };
  const picked = places.filter(({ to }) => wanted.includes(to));
  // What is ticked and not offered any more is not meant any more.
  return { picked, isShared: draft.share !== "" && sharingSites(picked).size > 0 };
}

interface Sending {
  draft: AddDraft;
  attachments: readonly Attachment[];
  choices: Choices;
  /** Machines of one site fetch each file once. */
  isShared: boolean;
  /** Nobody is asked about it yet. */
  isHeld: boolean;
  refuse: (message: string, field: keyof AddDraft | null) => void;
  onDone: () => void;
}

/** What is asked of the server: first what would come of it, then to do it; for several places as a group. */
function useSending({ draft, attachments, choices, isShared, isHeld, refuse, onDone }: Sending) {
  const requests = useRequests(draft, attachments);
  const view = usePlan(isHeld ? null : requests);
  const add = useAddJobs({ onDone, onRefused: refuse });
  const addGroup = useAddGroup({
    onDone,
    onRefused: (error) => {
      const { message, field } = describeError(error);
      refuse(message, toDraftField(field));
    },
  });
  const send = (filled: AddDraft): void => {
    if (requests === null) return;
    const to = placesOf(filled);
    const chosen =
      to === null ? chosenOf(requests, view, choices) : sourcesFor(requests, to.length, view, choices);
    if (!Array.isArray(chosen)) return refuse(chosen.message, chosen.field);
    if (to === null) return add.mutate(withTurn(chosen as JobRequestMessage[], filled));
    const name = filled.groupName.trim();
    addGroup.mutate({
      sources: withTurn(chosen, filled),
      to,
      ...(name === "" ? {} : { name }),
      ...(isShared ? { share: "site" } : {}),
    });
  };
  return { view, send, isSending: add.isPending || addGroup.isPending };
}

/** What is shown is what is queued; without a plan yet, the server decides as it would have said. */
function chosenOf(
  requests: JobRequestMessage[],
  { plan, isCurrent }: PlanState,
  choices: Choices,
): JobRequestMessage[] | Refusal {
  if (plan === null || !isCurrent) return requests;
  const chosen = toChosenRequests(requests, plan, choices);
  return chosen.length > 0 ? chosen : nothingLeft(plan);
}

/** Likewise, of a group. */
function sourcesFor(
  requests: JobRequestMessage[],
  places: number,
  { plan, isCurrent }: PlanState,
  choices: Choices,
): Omit<JobRequestMessage, "to">[] | Refusal {
  if (plan === null || !isCurrent)
    return requests.slice(0, requests.length / places).map(({ to: _place, ...source }) => source);
  const sources = toGroupSources(requests, places, plan, choices);
  return sources.length > 0 ? sources : nothingLeft(plan);
}

interface Refusal {
  message: string;
  field: keyof AddDraft | null;
}

function nothingLeft({ plans }: PlanAnswer): Refusal {
  const error = plans.find((each) => each.error !== null)?.error;
  if (error == null) return { message: t("Nothing of it is left to download"), field: null };
  return { message: error.message, field: toDraftField(error.field) };
}

/** The same list as long as it says the same. */
function useRequests(draft: AddDraft, attachments: readonly Attachment[]) {
  const { text, to, places, folder, name, sha256, withInfo } = draft;
  return useMemo(
    () => toPlanRequests({ text, to, places, folder, name, sha256, withInfo }, attachments),
    [text, to, places, folder, name, sha256, withInfo, attachments],
  );
}

/** What the plan finds wrong with a field, told at the field. What is wrong with the sources is in the plan itself. */
function planErrors({ plan, isCurrent, error }: PlanState): DraftErrors<AddDraft> {
  const errors: DraftErrors<AddDraft> = {};
  const refusals = isCurrent ? (plan?.plans.map((each) => each.error) ?? []) : [];
  for (const refusal of refusals) {
    const name = refusal === null ? null : toDraftField(refusal.field);
    if (refusal !== null && name !== null && name !== "text") errors[name] ??= refusal.message;
  }
  if (error === null) return errors;
  const { message, field } = describeError(error);
  const name = toDraftField(field);
  return name === null || name === "text" ? errors : { ...errors, [name]: message };
}

function sendLabel({ plan, isCurrent }: PlanState, choices: Choices): string {
  if (plan === null || !isCurrent) return t("Download");
  const { count, bytes, unknown } = sumChosen(plan, choices);
  if (count === 0) return t("Download");
  const size = bytes === 0 || unknown > 0 ? "" : ` · ${formatBytes(bytes)}`;
  return tn(count, "Download {n} file", "Download {n} files") + size;
}
