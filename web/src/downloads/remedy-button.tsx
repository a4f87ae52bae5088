import { Button } from "@mantine/core";
import { modals } from "@mantine/modals";
import { Link } from "@tanstack/react-router";
import { Copy, ExternalLink, KeyRound, ScrollText, ShieldQuestion } from "lucide-react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import type { Remedy } from "./remedy.ts";
import { TokenAdvice } from "./token-advice.tsx";

interface RemedyButtonProps {
  job: JobMessage;
  remedy: Exclude<Remedy, { kind: "retry" }>;
}

/** The one thing that is likeliest to help, where that is not just another try. */
export function RemedyButton({ job, remedy }: RemedyButtonProps) {
  const look = { size: "compact-md", variant: "default", className: "row__retry" } as const;
  const named = (label: string) => ({ "aria-label": `${label}: ${job.name}` });
  switch (remedy.kind) {
    case "verify":
      return (
        <Button
          {...look}
          {...named("Verify host")}
          leftSection={<ShieldQuestion size={14} aria-hidden />}
          renderRoot={(props) => (
            <Link to="." search={(before) => ({ ...before, verify: remedy.hostId })} {...props} />
          )}
        >
          Verify host
        </Button>
      );
    case "token":
      return (
        <Button
          {...look}
          {...named("Set the token")}
          leftSection={<KeyRound size={14} aria-hidden />}
          onClick={() => explainToken(remedy)}
        >
          Set the token
        </Button>
      );
    case "page":
      return (
        <Button
          {...look}
          {...named("Open the page")}
          component="a"
          href={remedy.url}
          target="_blank"
          rel="noreferrer"
          leftSection={<ExternalLink size={14} aria-hidden />}
        >
          Open the page
        </Button>
      );
    case "log":
      return (
        <Button
          {...look}
          {...named("Show the log")}
          leftSection={<ScrollText size={14} aria-hidden />}
          renderRoot={(props) => (
            <Link to="." search={(before) => ({ ...before, job: job.id })} resetScroll={false} {...props} />
          )}
        >
          Show the log
        </Button>
      );
    case "path":
      return (
        <Button
          {...look}
          {...named("Copy the path")}
          leftSection={<Copy size={14} aria-hidden />}
          onClick={() => void copyAndTell(remedy.path, "Path")}
        >
          Copy the path
        </Button>
      );
    default:
      throw remedy satisfies never;
  }
}

function explainToken({ service, host }: Extract<Remedy, { kind: "token" }>): void {
  modals.open({
    title: `${host} wants to know who asks`,
    size: 540,
    children: <TokenAdvice service={service} />,
  });
}
