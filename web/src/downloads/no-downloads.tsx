import { Button } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDownToLine, Boxes, Lightbulb, Link2, Plus, Server } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { useAddDownload } from "../add/use-add-download.tsx";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { tellProblem } from "../ui/notify.ts";
import "./no-downloads.css";

/** Small, free for everybody, and with a hash its host publishes: shows all there is to see within a minute. */
const SAMPLE = "hf://sentence-transformers/all-MiniLM-L6-v2/model.safetensors";

/** An empty queue: the three ways to fill it, a sample, and what is not set up yet. */
export function NoDownloads() {
  const add = useAddDownload();
  return (
    <>
      <div className="surface">
        <EmptyState
          icon={<ArrowDownToLine size={26} />}
          title="Nothing to haul yet"
          actions={
            <>
              <Button leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
                Add a download
              </Button>
              <Sample />
            </>
          }
        >
          <p>Downloads go on when this page is closed, survive restarts, and pick up where they were.</p>
        </EmptyState>
        <div className="ways">
          <Way icon={Link2} title="Any address">
            Paste a link, a list of links or a curl line: here with <kbd>n</kbd>, or in a terminal with{" "}
            <code>haulyard add https://…</code>
          </Way>
          <Way icon={Boxes} title="A model or an image">
            <Link to="/models">Choose from the catalogue</Link>, or paste <code>hf://org/repo</code> or an
            address of Civitai. Folder and hash are found by themselves.
          </Way>
          <Way icon={Server} title="An instance">
            Add a rented machine by its ssh line; what it is to have is fetched right there, and goes on
            without you.
          </Way>
        </div>
      </div>
      <Hints />
    </>
  );
}

function Way({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <section className="way">
      <h3 className="way__title">
        <Icon size={16} aria-hidden />
        {title}
      </h3>
      <p className="way__text">{children}</p>
    </section>
  );
}

function Sample() {
  const { client } = useServer();
  const add = useMutation({
    mutationFn: () => client.jobs.create({ source: SAMPLE }),
    onError: (error) => tellProblem("The sample could not be added", describeError(error).message),
  });
  return (
    <Button variant="default" loading={add.isPending} onClick={() => add.mutate()} title={SAMPLE}>
      Try a sample (91 MB)
    </Button>
  );
}

/** What is missing for some sources only: told before it is met, and not as a fault. */
function Hints() {
  const { client } = useServer();
  const health = useQuery({ queryKey: ["health"], queryFn: ({ signal }) => client.health(signal) });
  const hints = health.data?.hints ?? [];
  if (hints.length === 0) return null;
  return (
    <section className="hints" aria-label="Good to know">
      {hints.map(({ code, message, advice, page }) => (
        <p key={code} className="hint">
          <Lightbulb size={15} aria-hidden />
          <span>
            {message} {advice}
            {page !== null && (
              <>
                {" "}
                <a href={page} target="_blank" rel="noreferrer">
                  Where to get it
                </a>
              </>
            )}
          </span>
        </p>
      ))}
    </section>
  );
}
