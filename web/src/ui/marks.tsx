/** Looks of parts of a sentence, for `rich`. */
import type { ReactNode } from "react";

/** A name, which may be read from the right. */
export const bold = (text: ReactNode): ReactNode => <strong dir="auto">{text}</strong>;

/** What is typed, or what a machine says. */
export const code = (text: ReactNode): ReactNode => <code>{text}</code>;
