/** A secret from whoever sits at the terminal, unseen, or from standard input. Never from the command line. */
import { text } from "node:stream/consumers";

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ["\u0003", "\u0004", "\b", "\u007f"];
/** What terminals put around what is pasted. */
const [PASTE_BEGIN, PASTE_END] = ["\u001b[200~", "\u001b[201~"];

/** Without the white space around it. Null: they left without a word. */
export async function readSecret(question: string): Promise<string | null> {
  const secret = process.stdin.isTTY ? await typeUnseen(question) : await text(process.stdin);
  return secret?.trim() ?? null;
}

/** Nothing of it is shown, not even how long it is. */
function typeUnseen(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding("utf8").resume();
  return new Promise((resolve) => {
    let typed = "";
    const end = (secret: string | null): void => {
      stdin.off("data", take).setRawMode(false).pause();
      stderr.write("\n");
      resolve(secret);
    };
    const take = (came: string): void => {
      for (const letter of came.replaceAll(PASTE_BEGIN, "").replaceAll(PASTE_END, "")) {
        if (letter === "\r" || letter === "\n") return end(typed);
        if (letter === CTRL_C || letter === CTRL_D) return end(null);
        typed = letter === BACKSPACE || letter === DELETE ? [...typed].slice(0, -1).join("") : typed + letter;
      }
    };
    stdin.on("data", take);
  });
}
