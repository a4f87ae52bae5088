import { useContext, useMemo } from "react";
import type { FileMessage } from "../../../src/wire/files.ts";
import { useModelForm } from "../models/model-form-provider.tsx";
import { ModelsDir } from "./models-dir.ts";
import { pathInModels, splitPath } from "./file-words.ts";

/** Opens the form of a new entry with what is known of the file; where it can be had only a person can say. */
export function useAddToCatalogue(): (file: FileMessage) => void {
  const form = useModelForm();
  const modelsDir = useContext(ModelsDir);
  return useMemo(
    () =>
      ({ path, size, sha256, source }: FileMessage) =>
        form.add(null, {
          name: splitPath(path).name.replace(/\.[^.]+$/, ""),
          path: pathInModels(path, modelsDir),
          size: String(size),
          sha256: sha256 ?? "",
          url: source !== null && /^https?:/.test(source.text) ? source.text : "",
        }),
    [form, modelsDir],
  );
}
