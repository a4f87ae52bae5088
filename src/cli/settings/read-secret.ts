/** A secret from whoever sits at the terminal, unseen, or from standard input. Never from the command line. */
import { text } from "node:stream/consumers";
import { typeUnseen } from "../screen/type-unseen.ts";

/** Without the white space around it. Null: they left without a word. */
export async function readSecret(question: string): Promise<string | null> {
  const secret = process.stdin.isTTY ? await typeUnseen(question) : await text(process.stdin);
  return secret?.trim() ?? null;
}
