import { Button, Modal, Switch } from "@mantine/core";
import { Plus } from "lucide-react";
import { useState } from "react";
import { May } from "../../access/may.tsx";
import { useIsAway } from "../../data/use-live.ts";
import { switchBrowserNews, useBrowserNews } from "../../notifications/browser-news.ts";
import type { BrowserNews } from "../../notifications/browser-news.ts";
import { ChannelForm } from "../../notifications/channel-form.tsx";
import { ChannelRow } from "../../notifications/channel-row.tsx";
import "../../notifications/notifications.css";
import { useChannels } from "../../notifications/use-channels.ts";
import { CouldNotRead } from "../../ui/could-not-read.tsx";
import { t } from "../../words/words.ts";
import { SettingFields } from "../setting-fields.tsx";
import { GROUPS } from "../setting-groups.ts";
import { SettingLine } from "../setting-line.tsx";
import { SettingsGroup } from "../settings-group.tsx";
import { Skeleton } from "../skeleton.tsx";

/** Who is told what happens: this browser, and whoever the server tells. */
export function NotificationsSection() {
  return (
    <>
      <SettingsGroup title={t("This browser")}>
        <BrowserLine />
      </SettingsGroup>
      <May to="GET /notifications">
        <Channels />
        <SettingsGroup title={t("Disks")}>
          <SettingFields names={GROUPS.disks} />
        </SettingsGroup>
      </May>
    </>
  );
}

const ABOUT: Readonly<Record<BrowserNews, string>> = {
  unsupported: t("This browser offers notifications only over https or on this machine itself."),
  blocked: t("This browser was told to show none: allow them for this page in its own settings."),
  off: t("While the page is in the background: what is complete, has failed, or asks. Many at once are one."),
  on: t("While the page is in the background: what is complete, has failed, or asks. Many at once are one."),
};

function BrowserLine() {
  const state = useBrowserNews();
  return (
    <SettingLine label={t("Notifications of this browser")} about={ABOUT[state]}>
      <Switch
        aria-label={t("Notifications of this browser")}
        checked={state === "on"}
        disabled={state === "unsupported" || state === "blocked"}
        onChange={({ currentTarget: { checked } }) => void switchBrowserNews(checked)}
      />
    </SettingLine>
  );
}

function Channels() {
  const { data, error, refetch } = useChannels();
  const [opened, setOpened] = useState(false);
  const away = useIsAway();
  const close = (): void => setOpened(false);
  return (
    <SettingsGroup
      title={t("Told by the server")}
      about={t("Also while no page is open. Addresses and keys go in and are not shown again.")}
      tools={
        <Button
          variant="default"
          size="xs"
          leftSection={<Plus size={14} />}
          disabled={away}
          onClick={() => setOpened(true)}
        >
          {t("Add channel")}
        </Button>
      }
    >
      <ChannelList channels={data} error={error} retry={refetch} />
      <Modal opened={opened} onClose={close} title={t("Tell somebody")} size={520}>
        <ChannelForm onDone={close} />
      </Modal>
    </SettingsGroup>
  );
}

interface ChannelListProps {
  channels: ReturnType<typeof useChannels>["data"];
  error: Error | null;
  retry: () => unknown;
}

function ChannelList({ channels, error, retry }: ChannelListProps) {
  if (channels === undefined)
    return error === null ? (
      <Skeleton lines={1} />
    ) : (
      <CouldNotRead title={t("The channels could not be read")} error={error} retry={retry} />
    );
  if (channels.length === 0)
    return (
      <p className="settings-group__note">
        {t(
          "Nobody yet: a phone with ntfy, a Discord channel, Telegram, mail, a webhook or a program can be.",
        )}
      </p>
    );
  return (
    <ul className="channels">
      {channels.map((channel) => (
        <ChannelRow key={channel.id} channel={channel} />
      ))}
    </ul>
  );
}
