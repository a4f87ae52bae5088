/** A form of text fields: what is in it, what is wrong with it, and the focus on the first field at fault. */
import { useRef, useState } from "react";
import type { RefObject } from "react";
import { forgetDraft, keepDraft, useKeptState } from "./kept-drafts.ts";

/** What may be wrong, by field. */
export type DraftErrors<D> = { [K in keyof D]?: string };

export interface DraftForm<D> {
  draft: D;
  /** What is wrong with the form as a whole, or null. */
  problem: string | null;
  form: RefObject<HTMLFormElement | null>;
  /** Properties of the input for a field. */
  field: (name: keyof D & string) => {
    name: string;
    value: string;
    error: string | undefined;
    autoComplete: "off";
    onChange: (event: { currentTarget: { value: string } }) => void;
  };
  /** Writes into fields, as if somebody had typed it. */
  fill: (some: Partial<D>) => void;
  /** Shows what the server refused: at the field, or for the whole form. */
  refuse: (message: string, field: (keyof D & string) | null) => void;
  /** Checks, and goes on only with a form that nothing is wrong with. */
  submit: (event: { preventDefault: () => void }) => void;
  /** It is done with: nothing of it is kept for the next time. */
  forget: () => void;
}

interface DraftOptions<D> {
  initial: () => D;
  check: (draft: D) => DraftErrors<D>;
  onSubmit: (draft: D) => void;
  /** Under this name it outlives the form, until it is sent; null: it does not. */
  keptAs?: string | null;
}

export function useDraft<D extends Record<keyof D, string>>(options: DraftOptions<D>): DraftForm<D> {
  const { keptAs = null } = options;
  const [draft, setDraft] = useKeptState(keptAs, options.initial);
  const [errors, setErrors] = useState<DraftErrors<D>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const show = (found: DraftErrors<D>): void => {
    setErrors(found);
    const [first] = Object.keys(found);
    if (first !== undefined) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  };
  const fill = (some: Partial<D>): void => {
    setDraft((before) => ({ ...before, ...some }));
    // What is being mended is not wrong any more until it is checked again.
    setErrors(
      (before) =>
        Object.fromEntries(
          Object.entries(before).filter(([key]) => !Object.hasOwn(some, key)),
        ) as DraftErrors<D>,
    );
  };
  return {
    draft,
    problem,
    form,
    field: (name) => ({
      name,
      value: draft[name],
      error: errors[name],
      autoComplete: "off",
      onChange: (event) => {
        fill({ [name]: event.currentTarget.value } as Partial<D>);
      },
    }),
    fill,
    refuse: (message, field) => {
      keepDraft(keptAs, draft);
      if (field === null) setProblem(message);
      else show({ [field]: message } as DraftErrors<D>);
    },
    submit: (event) => {
      event.preventDefault();
      // Keys send a form without its button; what it sent is not sent again, and nothing while it cannot be.
      const button = form.current?.querySelector<HTMLButtonElement>("[type='submit']");
      if (button?.disabled === true || button?.ariaBusy === "true") return;
      setProblem(null);
      const found = options.check(draft);
      show(found);
      if (Object.keys(found).length > 0) return;
      // On its way it is not what the next form begins with.
      forgetDraft(keptAs);
      options.onSubmit(draft);
    },
    forget: () => forgetDraft(keptAs),
  };
}
