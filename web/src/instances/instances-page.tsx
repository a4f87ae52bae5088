import { Button } from "@mantine/core";
import { Plus, Server } from "lucide-react";
import type { ReactNode } from "react";
import { May } from "../access/may.tsx";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { useHosts } from "../data/use-hosts.ts";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { useShortcut } from "../ui/use-shortcut.ts";
import { code } from "../ui/marks.tsx";
import { rich } from "../words/rich.tsx";
import { t, tn } from "../words/words.ts";
import { InstanceFormProvider, useInstanceForm } from "./instance-form-provider.tsx";
import { InstanceCard } from "./instance-card.tsx";
import { InstancesSkeleton } from "./instances-skeleton.tsx";
import "./instances.css";

/** The machines that are reached over SSH: how they stand, and what they do. */
export function InstancesPage() {
  const { hosts, error, retry } = useHosts();
  const body = (): ReactNode => {
    if (hosts !== null) return hosts.length === 0 ? <NoInstances /> : <InstanceList hosts={hosts} />;
    if (error === null) return <InstancesSkeleton />;
    return <CouldNotRead title={t("The instances could not be read")} error={error} retry={retry} />;
  };
  return (
    <InstanceFormProvider>
      <PageHeader title={t("Instances")} note={hosts === null ? " " : <Note hosts={hosts} />}>
        <May to="POST /hosts">
          <AddInstance />
        </May>
      </PageHeader>
      {body()}
    </InstanceFormProvider>
  );
}

function Note({ hosts }: { hosts: readonly HostMessage[] }) {
  const asking = hosts.filter(({ question }) => question !== null).length;
  return (
    <span>
      {[
        tn(hosts.length, "{n} machine over SSH", "{n} machines over SSH"),
        ...(asking > 0 ? [tn(asking, "{n} to verify", "{n} to verify")] : []),
      ].join(" · ")}
    </span>
  );
}

function AddInstance() {
  const form = useInstanceForm();
  useShortcut("a", form.add);
  return (
    <Button size="sm" leftSection={<Plus size={16} aria-hidden />} onClick={form.add}>
      {t("Add instance")}
    </Button>
  );
}

function InstanceList({ hosts }: { hosts: readonly HostMessage[] }) {
  return (
    <div className="instances">
      {hosts.map((host) => (
        <InstanceCard key={host.id} host={host} />
      ))}
    </div>
  );
}

function NoInstances() {
  const form = useInstanceForm();
  return (
    <div className="surface">
      <EmptyState
        icon={<Server size={26} />}
        title={t("No instances yet")}
        actions={
          <May to="POST /hosts">
            <Button onClick={form.add}>{t("Paste an ssh line")}</Button>
          </May>
        }
      >
        {rich(
          "An instance is a machine you can reach with <code>ssh</code>: a rented GPU box, a server at home. Paste the line your provider shows, such as <code>ssh -p 44686 root@203.0.113.7</code>. Nothing is installed there; downloads run with the tools it has, and go on when this page or this server is gone.",
          { code },
        )}
      </EmptyState>
    </div>
  );
}
