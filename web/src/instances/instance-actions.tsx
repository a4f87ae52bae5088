import { Menu } from "@mantine/core";
import { Activity, Copy, MoreHorizontal, Pencil, ScanSearch, ShieldCheck, Trash2 } from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import { May } from "../access/may.tsx";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { useServer } from "../data/server.tsx";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { askToRemove } from "./ask-to-remove.tsx";
import { useInstanceForm } from "./instance-form-provider.tsx";
import {
  useIsScanning,
  useRemoveInstance,
  useScanInstance,
  useTestInstance,
} from "./use-instance-actions.ts";

/** Test and look as buttons, the rest in a menu. */
export function InstanceActions({ host }: { host: HostMessage }) {
  const test = useTestInstance(host);
  const scan = useScanInstance(host);
  const scanning = useIsScanning(host.id);
  const away = useIsAway();
  return (
    <div className="instance__actions">
      <May to="POST /ssh/test">
        <Button
          size="compact-md"
          variant="default"
          leftSection={<Activity size={14} aria-hidden />}
          disabled={away}
          loading={test.isPending}
          aria-label={t("Test {name}", { name: host.label })}
          onClick={() => test.mutate()}
        >
          {t("Test")}
        </Button>
      </May>
      <May to="POST /hosts/:id/scan">
        <Button
          size="compact-md"
          variant="default"
          leftSection={<ScanSearch size={14} aria-hidden />}
          disabled={away}
          loading={scanning}
          aria-label={t("Scan {name}", { name: host.label })}
          onClick={() => scan.mutate()}
        >
          {t("Scan")}
        </Button>
      </May>
      <MoreActions host={host} />
    </div>
  );
}

function MoreActions({ host }: { host: HostMessage }) {
  const form = useInstanceForm();
  const remove = useRemoveInstance();
  const { live } = useServer();
  const away = useIsAway();
  return (
    <Menu>
      <Menu.Target>
        <IconButton
          size="large"
          label={t("More for {name}", { name: host.label })}
          tip={null}
          loading={remove.isPending}
        >
          <MoreHorizontal size={17} aria-hidden />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <May to="PATCH /hosts/:id">
          <Menu.Item leftSection={<Pencil size={15} />} onClick={() => form.edit(host)}>
            {t("Edit")}
          </Menu.Item>
        </May>
        <May to="POST /hosts/:id/verify">
          <KeysItem id={host.id} />
        </May>
        <Menu.Item
          leftSection={<Copy size={15} />}
          onClick={() => void copyAndTell(host.connection, t("ssh line"))}
        >
          {t("Copy ssh line")}
        </Menu.Item>
        <May to="DELETE /hosts/:id">
          <Menu.Divider />
          <Menu.Item
            className="danger-item"
            leftSection={<Trash2 size={15} />}
            disabled={away}
            onClick={() =>
              askToRemove(host, live.getSnapshot().jobs.values(), (cancelJobs) =>
                remove.mutate({ host, cancelJobs }),
              )
            }
          >
            {t("Remove")}
          </Menu.Item>
        </May>
      </Menu.Dropdown>
    </Menu>
  );
}

function KeysItem({ id }: { id: string }) {
  const navigate = useNavigate();
  const open = (): void =>
    void navigate({ to: ".", search: (before) => ({ ...before, verify: id }), resetScroll: false });
  return (
    <Menu.Item leftSection={<ShieldCheck size={15} />} onClick={open}>
      {t("Look at its keys")}
    </Menu.Item>
  );
}
