/** A password from whoever sits at the terminal, or from a pipe: never from the command line. */
import { createInterface } from "node:readline";
import { typeUnseen } from "../screen/type-unseen.ts";
import { UsageError } from "../usage-error.ts";

export async function readPassword(question: string): Promise<string> {
  if (!process.stdin.isTTY) return readLine();
  const password = await ask(`${question}: `);
  if ((await ask("Once more: ")) !== password) throw new UsageError("The two are not the same.");
  return password;
}

async function ask(question: string): Promise<string> {
  const password = await typeUnseen(question);
  if (password === null) throw new UsageError("No password was given.");
  return password;
}

async function readLine(): Promise<string> {
  const reader = createInterface({ input: process.stdin });
  try {
    for await (const line of reader) return line;
  } finally {
    reader.close();
  }
  throw new UsageError("The password is read from standard input, and there is none.");
}
