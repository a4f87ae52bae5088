/** One source for many places: its servers are asked once, not once for each place. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { FetchDocument } from "../../job/document-contract.ts";
import type { LookAtFile } from "../../job/transfer-contract.ts";

interface Asking {
  fetchDocument: FetchDocument;
  look: LookAtFile;
}

/** What was asked while a source is planned, and what came; asked again only where the first asker was cut off. */
export type Answers = Map<string, Promise<{ kind: string }>>;

/** Kept beside the calls: plans of every kind ask far below, and none has to know who else asks for the same. */
const sharing = new AsyncLocalStorage<Answers>();

/** What is asked in `work` is asked once for all work with these answers. */
export function withAnswers<T>(answers: Answers, work: () => Promise<T>): Promise<T> {
  return sharing.run(answers, work);
}

/** What asks servers while a request is planned. Outside of `withAnswers` it is as it was. */
export function shareAsking<Parts extends Asking>(parts: Parts): Parts {
  const { fetchDocument, look } = parts;
  return {
    ...parts,
    fetchDocument: (request, signal) =>
      once(["document", request], "aborted", signal, () => fetchDocument(request, signal)),
    // Where the file goes is nothing its server is asked.
    look: (step, signal) =>
      once(["file", { ...step, folder: "" }], "stopped", signal, () => look(step, signal)),
  };
}

async function once<Outcome extends { kind: string }>(
  question: unknown,
  cutOff: Outcome["kind"],
  signal: AbortSignal,
  ask: () => Promise<Outcome>,
): Promise<Outcome> {
  const answers = sharing.getStore();
  if (answers === undefined) return ask();
  const key = JSON.stringify(question);
  for (let known = answers.get(key); known !== undefined; known = answers.get(key)) {
    // Whoever asked first is cut off no later than those who wait for the same answer.
    const given = (await known) as Outcome;
    if (given.kind !== cutOff || signal.aborted) return given;
    if (answers.get(key) === known) answers.delete(key);
  }
  const asked = ask();
  answers.set(key, asked);
  return asked;
}
