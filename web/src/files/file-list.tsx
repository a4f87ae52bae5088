import { FileSearch, PartyPopper } from "lucide-react";
import { useMemo } from "react";
import type { FileMessage } from "../../../src/wire/files.ts";
import type { ModelListMessage } from "../../../src/wire/models.ts";
import { Button } from "../ui/button.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { t } from "../words/words.ts";
import { FileRow } from "./file-row.tsx";
import { FilesSkeleton } from "./files-skeleton.tsx";
import { knownAs } from "./file-words.ts";
import { useFileList } from "./use-files.ts";

interface FileListProps {
  under: string | null;
  unknown: boolean;
  models: ModelListMessage["models"];
  onShowAll: () => void;
}

/** The files below a folder, in the order of their paths. */
export function FileList({ under, unknown, models, onShowAll }: FileListProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useFileList(
    under,
    unknown,
  );
  const nameOf = useMemo(() => namesOf(models), [models]);
  if (data === undefined) {
    if (error === null) return <FilesSkeleton />;
    return <CouldNotRead title={t("The files could not be listed")} error={error} retry={refetch} />;
  }
  const files = data.pages.flatMap((page) => page.files);
  if (files.length === 0) return <NoFiles unknown={unknown} onShowAll={onShowAll} />;
  return (
    <section className="set surface" aria-label={unknown ? t("Unknown files") : t("Files")}>
      {files.map((file) => (
        <KnownRow key={file.path} file={file} nameOf={nameOf} />
      ))}
      {hasNextPage && (
        <div className="files__more">
          <Button
            size="compact-md"
            variant="default"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t("Show more files")}
          </Button>
        </div>
      )}
    </section>
  );
}

type NameOf = (model: NonNullable<FileMessage["model"]>) => string;

function KnownRow({ file, nameOf }: { file: FileMessage; nameOf: NameOf }) {
  const known = useMemo(() => knownAs(file, nameOf), [file, nameOf]);
  return <FileRow file={file} known={known} />;
}

function namesOf(models: ModelListMessage["models"]): NameOf {
  const names = new Map(models.map((model) => [`${model.set_id}\n${model.model_id}`, model.name]));
  return ({ set_id, model_id }) => names.get(`${set_id}\n${model_id}`) ?? model_id;
}

function NoFiles({ unknown, onShowAll }: { unknown: boolean; onShowAll: () => void }) {
  if (!unknown)
    return (
      <div className="surface">
        <EmptyState icon={<FileSearch size={26} />} title={t("No files here yet")}>
          {t("Whatever is downloaded or put into these folders is listed here.")}
        </EmptyState>
      </div>
    );
  return (
    <div className="surface">
      <EmptyState
        icon={<PartyPopper size={26} />}
        title={t("Every file is known")}
        actions={
          <Button variant="default" size="sm" onClick={onShowAll}>
            {t("Show all files")}
          </Button>
        }
      >
        {t("Each is in the catalogue, or a download of ours brought it.")}
      </EmptyState>
    </div>
  );
}
