import { AccountsGroup } from "../../access/accounts-group.tsx";
import { AuditGroup } from "../../access/audit-group.tsx";
import { KeysGroup } from "../../access/keys-group.tsx";
import { SessionsGroup } from "../../access/sessions-group.tsx";
import { useAccess, useAccessQuery } from "../../access/use-access.ts";
import { YouGroup } from "../../access/you-group.tsx";
import { CouldNotRead } from "../../ui/could-not-read.tsx";
import { t } from "../../words/words.ts";
import { Skeleton } from "../skeleton.tsx";
import "../../access/access.css";

/** Who may ask this server, and who did. */
export function AccessSection() {
  const access = useAccess();
  const sessions = useAccessQuery("sessions", (calls, signal) => calls.sessions(signal));
  if (access.isError)
    return (
      <CouldNotRead title={t("Could not ask who may ask")} error={access.error} retry={access.refetch} />
    );
  const asker = access.data?.asker ?? null;
  if (asker === null) return <Skeleton lines={3} />;
  const known = sessions.data ?? [];
  return (
    <>
      <YouGroup asker={asker} sessions={known} />
      {asker.role === "admin" && <AccountsGroup />}
      {asker.role === "admin" && <KeysGroup />}
      <SessionsGroup sessions={known} />
      {asker.role === "admin" && <AuditGroup />}
    </>
  );
}
