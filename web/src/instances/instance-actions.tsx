import { ActionIcon, Button, Menu } from "@mantine/core";
import { Activity, Copy, MoreHorizontal, Pencil, ScanSearch, ShieldCheck, Trash2 } from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { useServer } from "../data/server.tsx";
import { useIsAway } from "../data/use-live.ts";
import { copyAndTell } from "../ui/copy-and-tell.ts";
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
      <MoreActions host={host} />
    </div>
  );
}

function MoreActions({ host }: { host: HostMessage }) {
  const form = useInstanceForm();
  const remove = useRemoveInstance();
  const navigate = useNavigate();
  const { live } = useServer();
  const away = useIsAway();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon
          size={32}
          aria-label={t("More for {name}", { name: host.label })}
          loading={remove.isPending}
        >
          <MoreHorizontal size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={15} />} onClick={() => form.edit(host)}>
          {t("Edit")}
        </Menu.Item>
        <Menu.Item
          leftSection={<ShieldCheck size={15} />}
          onClick={() =>
            void navigate({
              to: ".",
              search: (before) => ({ ...before, verify: host.id }),
              resetScroll: false,
            })
          }
        >
          {t("Look at its keys")}
        </Menu.Item>
        <Menu.Item
          leftSection={<Copy size={15} />}
          onClick={() => void copyAndTell(host.connection, t("ssh line"))}
        >
          {t("Copy ssh line")}
        </Menu.Item>
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
      </Menu.Dropdown>
    </Menu>
  );
}
