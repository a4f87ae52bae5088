import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FileMessage } from "../../../src/wire/files.ts";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { tell, tellProblem } from "../ui/notify.ts";
import { t } from "../words/words.ts";
import type { askForRightBytes } from "./file-words.ts";
import { splitPath } from "./file-words.ts";
import { FILES_QUERY } from "./files-query.ts";

type Ask = NonNullable<ReturnType<typeof askForRightBytes>>;

/** Downloads a file again whose bytes are wrong; they stay until the right ones are here whole. */
export function useRightBytes() {
  const { client } = useServer();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ ask }: { file: Pick<FileMessage, "path">; ask: Ask }) => client.jobs.create(ask),
    onSuccess: async (_added, { file }) => {
      tell(
        t("{name} is downloaded again", { name: splitPath(file.path).name }),
        t("The file stays as it is until the new one is whole and right."),
      );
      await queries.invalidateQueries({ queryKey: FILES_QUERY });
    },
    onError: (error, { file }) =>
      tellProblem(
        t("{name} could not be queued", { name: splitPath(file.path).name }),
        describeError(error).message,
      ),
  });
}
