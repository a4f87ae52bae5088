/** Whether a file the settings name can be read. What is wrong inside is told by whoever reads it. */
import { access, constants, stat } from "node:fs/promises";
import type { Finding } from "../job/finding.ts";

export interface FileToCheck {
  /** Of the finding: `model_catalogue`. */
  name: string;
  /** What people call it: `catalogue of models`. */
  title: string;
  path: string;
  setting: string;
  /** What holds when there is no such file; null: there has to be one. */
  otherwise: string | null;
}

export async function checkFile({ name, title, path, setting, otherwise }: FileToCheck): Promise<Finding> {
  const found = (state: Finding["state"], message: string, advice: string | null = null): Finding => ({
    area: "files",
    name,
    state,
    message,
    advice,
  });
  try {
    await access(path, constants.R_OK);
    if ((await stat(path)).isFile()) return found("ok", `The ${title} ${path} can be read`);
    return found("problem", `The ${title} ${path} is no file`, `Set ${setting} to a file.`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === "ENOENT" && otherwise !== null)
      return found("ok", `There is no ${title} ${path}; ${otherwise}`);
    if (code === "ENOENT")
      return found(
        "problem",
        `The ${title} ${path} is not there`,
        `Make it, or set ${setting} to one that is.`,
      );
    return found(
      "problem",
      `The ${title} ${path} cannot be read (${code})`,
      "Give this user the right to read it.",
    );
  }
}
