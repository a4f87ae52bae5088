/** The form of an instance: what is in it, what is wrong with it, what the server is asked. Pure. */
import { formatLabels, parseLabels } from "../../../src/job/labels.ts";
import type { HostChangeRequest, HostMessage, HostRequest } from "../../../src/wire/hosts.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";

export interface InstanceDraft {
  connection: string;
  label: string;
  uiHome: string;
  /** `site=fra,disk=nvme`. */
  needs: string;
}

export const EMPTY_INSTANCE: InstanceDraft = { connection: "", label: "", uiHome: "", needs: "" };

export function toInstanceDraft(host: HostMessage): InstanceDraft {
  return {
    connection: host.connection,
    label: host.label,
    uiHome: host.ui_home ?? "",
    needs: formatLabels(host.needs),
  };
}

/** What is plainly wrong before the server is asked; it reads the line. */
export function checkInstanceDraft(draft: InstanceDraft): DraftErrors<InstanceDraft> {
  const errors: DraftErrors<InstanceDraft> = {};
  if (draft.connection.trim() === "")
    errors.connection = t("Paste the ssh line, such as ssh -p 44686 root@203.0.113.7");
  if (draft.label.trim().length > 100) errors.label = t("A name has at most 100 characters");
  const home = draft.uiHome.trim();
  if (home !== "" && !/^(?:\/|~\/)/.test(home))
    errors.uiHome = t("Give an absolute path on the instance, such as /workspace/ComfyUI");
  if (parseLabels(draft.needs) === null)
    errors.needs = t("Give labels as name=value, with commas between them, such as site=fra");
  return errors;
}

export function toHostRequest(draft: InstanceDraft): HostRequest {
  const label = draft.label.trim();
  const home = draft.uiHome.trim();
  return {
    ssh_connection: draft.connection.trim(),
    ...(label === "" ? {} : { label }),
    ...(home === "" ? {} : { ui_home: home }),
    ...(draft.needs.trim() === "" ? {} : { needs: parseLabels(draft.needs) ?? {} }),
  };
}

/** Only what was changed: of the rest another page may have changed something meanwhile. */
export function toHostChange(draft: InstanceDraft, host: HostMessage): HostChangeRequest | null {
  const before = toInstanceDraft(host);
  const label = draft.label.trim();
  const home = draft.uiHome.trim();
  const needs = parseLabels(draft.needs) ?? {};
  const change: HostChangeRequest = {
    ...(draft.connection.trim() === before.connection ? {} : { ssh_connection: draft.connection.trim() }),
    ...(label === before.label || label === "" ? {} : { label }),
    ...(home === before.uiHome ? {} : { ui_home: home === "" ? null : home }),
    ...(formatLabels(needs) === before.needs ? {} : { needs }),
  };
  return Object.keys(change).length === 0 ? null : change;
}

/** The server's word for a field → the form's. */
export function toInstanceField(field: string | null): keyof InstanceDraft | null {
  switch (field) {
    case "ssh_connection":
      return "connection";
    case "label":
      return "label";
    case "ui_home":
      return "uiHome";
    case "needs":
      return "needs";
    default:
      return null;
  }
}
