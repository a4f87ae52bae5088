/** What is typed at the terminal and not shown, not even how long it is. */

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ["\u0003", "\u0004", "\b", "\u007f"];
/** What terminals put around what is pasted. */
const [PASTE_BEGIN, PASTE_END] = ["\u001b[200~", "\u001b[201~"];

/** Up to the end of the line. Null: they left without a word. */
export function typeUnseen(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).setEncoding("utf8").resume();
  return new Promise((resolve) => {
    let typed = "";
    const end = (text: string | null): void => {
      stdin.off("data", take).setRawMode(false).pause();
      stderr.write("\n");
      resolve(text);
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
