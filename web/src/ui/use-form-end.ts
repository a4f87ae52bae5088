/** The end of what a form has sent. It may have been closed meanwhile, and another one opened in its place. */
import { useEffect, useRef } from "react";
import { describeError } from "../data/describe-error.ts";
import { tellProblem } from "./notify.ts";

interface FormEndOptions<F> {
  onDone: () => void;
  onRefused: (message: string, field: F | null) => void;
  /** The form's name for a field of the request. */
  toField: (field: string | null) => F | null;
}

interface FormEnd {
  done: () => void;
  /** @param title what did not work, for who has closed the form */
  refused: (error: Error, title: string) => void;
}

export function useFormEnd<F>({ onDone, onRefused, toField }: FormEndOptions<F>): FormEnd {
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return {
    done: () => {
      if (shown.current) onDone();
    },
    refused: (error, title) => {
      const { message, field } = describeError(error);
      if (shown.current) onRefused(message, toField(field));
      else tellProblem(title, message);
    },
  };
}
