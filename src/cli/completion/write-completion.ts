/** Completions for shells. Pure: the table of commands in, a script out; no program is started at a Tab. */
import type { CommandFacts, OptionFacts } from "./describe-commands.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type ShellName = (typeof SHELLS)[number];

export function writeCompletion(shell: ShellName, commands: readonly CommandFacts[]): string {
  switch (shell) {
    case "bash":
      return forBash(commands);
    case "zsh":
      // zsh runs bash's completions (zshcompsys(1), bashcompinit).
      return `#compdef haulyard\nautoload -Uz bashcompinit && bashcompinit\n${forBash(commands)}`;
    case "fish":
      return forFish(commands);
    default:
      throw shell satisfies never;
  }
}

const keyOf = ({ path }: CommandFacts): string => path.join(" ");
const ofValues = ({ options }: CommandFacts): OptionFacts[] => options.filter(({ takesValue }) => takesValue);

/** Names are letters, digits and `-`: nothing of them has to be quoted. */
function forBash(commands: readonly CommandFacts[]): string {
  const words = commands.map((one) => {
    const names = one.options.flatMap((option) => option.names);
    return `    '${keyOf(one)}') words='${[...one.children, ...names, "--help"].join(" ")}' ;;`;
  });
  const parents = commands.filter(({ children }) => children.length > 0).map((one) => `'${keyOf(one)}'`);
  const values = commands.flatMap((one) =>
    ofValues(one).map(({ names, choices }) => {
      const patterns = names.map((name) => `'${keyOf(one)}:${name}'`).join("|");
      return `    ${patterns}) ${choices.length > 0 ? `words='${choices.join(" ")}'` : "words=''"}; value=1 ;;`;
    }),
  );
  return `# Completion of haulyard, made by 'haulyard completion'.
_haulyard() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' word index words='' value=''
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case "$word" in -*) continue ;; esac
    case "$path" in
    ${parents.join("|")}) ;;
    *) break ;;
    esac
    case "\${path:+$path }$word" in
    ${commands
      .filter(({ path }) => path.length > 0)
      .map((one) => `'${keyOf(one)}'`)
      .join("|")}) path="\${path:+$path }$word" ;;
    *) break ;;
    esac
  done
  case "$path:\${COMP_WORDS[COMP_CWORD - 1]}" in
${values.join("\n")}
  esac
  if [[ -z $value ]]; then
    case "$path" in
${words.join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  # Everything else is a file, as far as a shell can know.
  if [[ \${#COMPREPLY[@]} -eq 0 && $current != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _haulyard haulyard
`;
}

function forFish(commands: readonly CommandFacts[]): string {
  const lines = commands.flatMap((one) => {
    const here = conditionOf(one);
    const children = one.children.map((name) => {
      const child = commands.find(({ path }) => path.join(" ") === [...one.path, name].join(" "));
      return `complete -c haulyard -n '${here}' -f -a ${name} -d ${quote(child?.summary ?? "help of a command")}`;
    });
    const options = one.options.map(({ names, about, takesValue, choices }) => {
      const flags = names.map((name) =>
        name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
      );
      const value = takesValue ? (choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : " -r") : "";
      return `complete -c haulyard -n '${here}' ${flags.join(" ")}${value} -d ${quote(about)}`;
    });
    return [...children, ...options];
  });
  return `# Completion of haulyard, made by 'haulyard completion'.\n${lines.join("\n")}\n`;
}

/** Where the words typed so far are those of this command, and of none below it. */
function conditionOf({ path, children }: CommandFacts): string {
  if (path.length === 0) return "__fish_use_subcommand";
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`).join("; and ");
  return children.length === 0 ? seen : `${seen}; and not __fish_seen_subcommand_from ${children.join(" ")}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", " ")}'`;
}
