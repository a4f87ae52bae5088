import { Button, NativeSelect } from "@mantine/core";
import { Download } from "lucide-react";
import { useState } from "react";
import { useMay } from "../access/may.tsx";
import type { Handed } from "../add/read-transfer.ts";
import { useAddDownload } from "../add/use-add-download.tsx";
import { useHosts } from "../data/use-hosts.ts";
import { useIsAway } from "../data/use-live.ts";
import { keepNewsAbove } from "../ui/keep-news-above.ts";
import { t } from "../words/words.ts";
import { InstallDialog } from "./install-dialog.tsx";

interface InstallBarProps {
  chosen: ReadonlySet<string>;
  onAdd: (filepath: string) => void;
  onRefused: (filepaths: readonly string[]) => void;
  onClear: () => void;
}

/** This machine. No id of an instance is empty. */
const HERE = "";
/** Nor is any called this. */
const SEVERAL = "*";

/** Which ones is asked by the form for new downloads, which shows what would come of it at each. */
function forSeveral(chosen: ReadonlySet<string>): Handed {
  return { text: [...chosen].join("\n"), attachments: [], refused: [], forSeveral: true };
}

/** Floats over the foot of the page while something is chosen: where to, and on with it. */
export function InstallBar({ chosen, onAdd, onRefused, onClear }: InstallBarProps) {
  const { hosts } = useHosts();
  const away = useIsAway();
  const add = useAddDownload();
  const [picked, setPicked] = useState<string | null>(null);
  const [opened, setOpened] = useState(false);
  // Cards are for instances: the first one is offered until somebody says otherwise.
  const known = hosts ?? [];
  const several = useMay("POST /groups") && known.length > 0;
  const isSeveral = picked === SEVERAL && several;
  const to =
    isSeveral || picked === HERE || known.some(({ id }) => id === picked) ? picked : (known[0]?.id ?? HERE);
  const host = known.find(({ id }) => id === to) ?? null;
  const shown = chosen.size > 0;
  const install = (): void => (isSeveral ? add.hand(forSeveral(chosen)) : setOpened(true));
  return (
    <>
      <section
        ref={shown ? keepNewsAbove : null}
        className="install-bar"
        data-shown={shown || undefined}
        aria-label={t("Chosen cards")}
        inert={!shown}
      >
        <strong role="status">{shown ? t("{count} selected", { count: chosen.size }) : ""}</strong>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
          {t("Clear")}
        </Button>
        <span className="install-bar__space" />
        <NativeSelect
          size="sm"
          aria-label={t("Install on")}
          value={to ?? HERE}
          data={[
            ...known.map(({ id, label }) => ({ value: id, label })),
            { value: HERE, label: t("This machine") },
            ...(several ? [{ value: SEVERAL, label: t("Several places…") }] : []),
          ]}
          onChange={(event) => setPicked(event.currentTarget.value)}
        />
        <Button size="sm" leftSection={<Download size={16} aria-hidden />} disabled={away} onClick={install}>
          {t("Install Selected")}
        </Button>
      </section>
      <InstallDialog
        opened={opened}
        filepaths={[...chosen]}
        host={host}
        onAdd={onAdd}
        onClose={() => setOpened(false)}
        onDone={() => {
          setOpened(false);
          onClear();
        }}
        onRefused={onRefused}
      />
    </>
  );
}
