/** A password from whoever sits at the terminal, or from a pipe: never from the command line. */
import { createInterface } from "node:readline";
import { UsageError } from "../usage-error.ts";

const [ENTER, LINE_FEED, CTRL_C, CTRL_D, BACKSPACE, DELETE] = [
  "\r",
  "\n",
  "\u0003",
  "\u0004",
  "\b",
  "\u007f",
];
const [PASTE_BEGIN, PASTE_END] = ["\u001b[200~", "\u001b[201~"];

export async function readPassword(question: string): Promise<string> {
  if (!process.stdin.isTTY) return readLine();
  const password = await typeHidden(`${question}: `);
  if ((await typeHidden("Once more: ")) !== password) throw new UsageError("The two are not the same.");
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

/** Nothing of it is shown, not even how long it is. */
function typeHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding("utf8").resume();
  let typed = "";
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      stdin.off("data", take).setRawMode(false).pause();
      stderr.write("\n");
      settle();
    };
    const take = (text: string): void => {
      for (const one of text.replaceAll(PASTE_BEGIN, "").replaceAll(PASTE_END, ""))
        if (one === ENTER || one === LINE_FEED) return end(() => resolve(typed));
        else if (one === CTRL_C || one === CTRL_D)
          return end(() => reject(new UsageError("No password was given.")));
        else if (one === BACKSPACE || one === DELETE) typed = [...typed].slice(0, -1).join("");
        else typed += one;
    };
    stdin.on("data", take);
  });
}
