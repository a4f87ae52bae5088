import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowDownToLine, Boxes, Lightbulb, Link2, Plus, Server } from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { May } from "../access/may.tsx";
import { useAddDownload } from "../add/use-add-download.tsx";
import { describeError } from "../data/describe-error.ts";
import { useServer } from "../data/server.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { tellProblem } from "../ui/notify.ts";
import "./no-downloads.css";
import { t } from "../words/words.ts";
import { rich } from "../words/rich.tsx";

/** Small, free for everybody, and with a hash its host publishes: shows all there is to see within a minute. */
const SAMPLE = "hf://sentence-transformers/all-MiniLM-L6-v2/model.safetensors";

const WAY_TAGS = {
  kbd: (text: ReactNode) => <kbd>{text}</kbd>,
  code: (text: ReactNode) => <code>{text}</code>,
  models: (text: ReactNode) => <Link to="/models">{text}</Link>,
  images: (text: ReactNode) => <Link to="/storage/images">{text}</Link>,
  instances: (text: ReactNode) => <Link to="/instances">{text}</Link>,
};

/** An empty queue: the three ways to fill it, a sample, and what is not set up yet. */
export function NoDownloads() {
  const add = useAddDownload();
  return (
    <>
      <div className="surface">
        <EmptyState
          icon={<ArrowDownToLine size={26} />}
          title={t("Nothing to haul yet")}
          actions={
            <May to="POST /jobs">
              <Button leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
                {t("Add a download")}
              </Button>
              <Sample />
            </May>
          }
        >
          <p>
            {t("Downloads go on when this page is closed, survive restarts, and pick up where they were.")}
          </p>
        </EmptyState>
        <div className="ways">
          <Way icon={Link2} title={t("Any address")}>
            {rich(
              "Paste a link, a list of links or a curl line: here with <kbd>n</kbd>, or in a terminal with <code>haulyard add https://…</code>",
              WAY_TAGS,
            )}
          </Way>
          <Way icon={Boxes} title={t("A model or an image")}>
            {rich(
              "Choose from the <models>models</models> or the <images>images</images>, or paste <code>hf://org/repo</code> or an address of Civitai. Folder and hash are found by themselves.",
              WAY_TAGS,
            )}
          </Way>
          <Way icon={Server} title={t("An instance")}>
            {rich(
              "Add a rented machine to the <instances>instances</instances> by its ssh line; what it is to have is fetched right there, and goes on without you.",
              WAY_TAGS,
            )}
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
    onError: (error) => tellProblem(t("The sample could not be added"), describeError(error).message),
  });
  return (
    <Button variant="default" loading={add.isPending} onClick={() => add.mutate()} title={SAMPLE}>
      {t("Try a sample (91 MB)")}
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
    <section className="hints" aria-label={t("Good to know")}>
      {hints.map(({ code, message, advice, page }) => (
        <p key={code} className="hint">
          <Lightbulb size={15} aria-hidden />
          <span>
            {message} {advice}
            {page !== null && (
              <>
                {" "}
                <a href={page} target="_blank" rel="noreferrer">
                  {t("Where to get it")}
                </a>
                {" · "}
                <Link to="/settings/$section" params={{ section: "tokens" }}>
                  {t("Where to put it")}
                </Link>
              </>
            )}
          </span>
        </p>
      ))}
    </section>
  );
}
