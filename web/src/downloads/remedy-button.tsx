import { Button } from "@mantine/core";
import type { ButtonProps } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Copy, ExternalLink, KeyRound, ScrollText, ShieldQuestion } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { fetchPart } from "../ui/fetch-part.ts";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { dialogs } from "../ui/dialogs.ts";
import type { Remedy } from "./remedy.ts";
import { t } from "../words/words.ts";

interface RemedyButtonProps {
  job: JobMessage;
  remedy: Exclude<Remedy, { kind: "retry" }>;
}

/** The one thing that is likeliest to help, where that is not just another try. */
export function RemedyButton({ job, remedy }: RemedyButtonProps) {
  const look = (label: string, Icon: LucideIcon) =>
    ({
      size: "compact-md",
      variant: "default",
      className: "row__retry",
      "aria-label": `${label}: ${job.name}`,
      leftSection: <Icon size={14} aria-hidden />,
      children: label,
    }) as const;
  switch (remedy.kind) {
    case "verify":
      return <OpenButton {...look(t("Verify host"), ShieldQuestion)} search={{ verify: remedy.hostId }} />;
    case "log":
      return <OpenButton {...look(t("Show the log"), ScrollText)} search={{ job: job.id }} />;
    case "token":
      return <Button {...look(t("Set the token"), KeyRound)} onClick={() => void explainToken(remedy)} />;
    case "page":
      return (
        <Button
          {...look(t("Open the page"), ExternalLink)}
          component="a"
          href={remedy.url}
          target="_blank"
          rel="noreferrer"
        />
      );
    case "path":
      return (
        <Button
          {...look(t("Copy the path"), Copy)}
          onClick={() => void copyAndTell(remedy.path, t("Path"))}
        />
      );
    default:
      throw remedy satisfies never;
  }
}

type Search = { verify: string } | { job: string };

/** Opens a dialog that is in the address. */
function OpenButton({ search, ...look }: { search: Search } & ButtonProps) {
  return (
    <Button
      {...look}
      renderRoot={(props) => (
        <Link to="." search={(before: object) => ({ ...before, ...search })} resetScroll={false} {...props} />
      )}
    />
  );
}

async function explainToken({ service, host }: Extract<Remedy, { kind: "token" }>): Promise<void> {
  const [{ open }, { TokenAdvice }] = await Promise.all([
    dialogs(),
    fetchPart(() => import("./token-advice.tsx")),
  ]);
  open({
    title: t("{host} wants to know who asks", { host }),
    size: 540,
    children: <TokenAdvice service={service} />,
  });
}
