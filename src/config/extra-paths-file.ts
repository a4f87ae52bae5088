/** The file that names folders of models besides the one for models, and what stands around it. */
import { join } from "node:path";
import type { Settings } from "./settings-table.ts";

type Environment = Readonly<Record<string, string | undefined>>;

interface ExtraPathsFile {
  file: string;
  mayBeMissing: boolean;
  home: string | null;
  environment: Environment;
}

/** Where it usually is, it need not be; one that a person names has to be there. */
export function extraPathsFile(
  { extraModelPaths: file, uiHome }: Pick<Settings, "extraModelPaths" | "uiHome">,
  environment: Environment,
): ExtraPathsFile {
  const mayBeMissing = file === join(uiHome, "extra_model_paths.yaml");
  return { file, mayBeMissing, home: environment["HOME"] ?? null, environment };
}
