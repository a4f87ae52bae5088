import { Modal, Switch } from "@mantine/core";
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import type { ChannelMessage } from "../../../src/wire/notifications.ts";
import { useIsAway } from "../data/use-live.ts";
import { Button } from "../ui/button.tsx";
import { askFirst } from "../ui/ask-first.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { EVENTS } from "./channel-draft.ts";
import { EVENT_WORDS, KIND_WORDS, lastWords } from "./channel-words.ts";
import { FilterForm } from "./filter-form.tsx";
import { useRemoveChannel, useSwitchChannel, useTestChannel } from "./use-channels.ts";

/** One channel: where it leads, what it hears, how the last message fared. */
export function ChannelRow({ channel }: { channel: ChannelMessage }) {
  const { name, kind, target, events, enabled } = channel;
  const away = useIsAway();
  const test = useTestChannel(channel);
  const turn = useSwitchChannel(channel);
  const remove = useRemoveChannel(channel);
  const last = lastWords(channel);
  const heard =
    events.length === EVENTS.length ? t("Everything") : events.map((event) => EVENT_WORDS[event]).join(", ");
  return (
    <li className="channel">
      <div className="channel__what">
        <div className="channel__name" dir="auto">
          {name}
        </div>
        <div className="channel__facts">
          {[KIND_WORDS[kind], target, heard].filter((fact) => fact !== "" && fact !== name).join(" · ")}
        </div>
        <div className="channel__last" data-state={last.state}>
          {last.text}
        </div>
      </div>
      <div className="channel__tools">
        <Switch
          aria-label={t("{name} is told", { name })}
          checked={turn.isPending ? turn.variables : enabled}
          disabled={away}
          onChange={({ currentTarget: { checked } }) => turn.mutate(checked)}
        />
        <Button
          variant="default"
          size="compact-sm"
          aria-label={t("Send a test to {name}", { name })}
          loading={test.isPending}
          disabled={away}
          onClick={() => test.mutate()}
        >
          {t("Test")}
        </Button>
        <EditButton channel={channel} disabled={away} />
        <IconButton
          danger
          label={t("Remove {name}", { name })}
          disabled={away}
          loading={remove.isPending}
          onClick={() => askToRemove(name, () => remove.mutate())}
        >
          <Trash2 size={15} aria-hidden />
        </IconButton>
      </div>
    </li>
  );
}

function EditButton({ channel, disabled }: { channel: ChannelMessage; disabled: boolean }) {
  const [opened, setOpened] = useState(false);
  const close = (): void => setOpened(false);
  return (
    <>
      <IconButton
        label={t("Change what {name} is told", { name: channel.name })}
        disabled={disabled}
        onClick={() => setOpened(true)}
      >
        <Pencil size={15} aria-hidden />
      </IconButton>
      <Modal
        opened={opened}
        onClose={close}
        title={t("What {name} is told", { name: channel.name })}
        size={520}
      >
        <FilterForm channel={channel} onDone={close} />
      </Modal>
    </>
  );
}

function askToRemove(name: string, act: () => void): void {
  askFirst({
    title: t("Remove {name}?", { name }),
    children: (
      <p>{t("What it was still to be told is not sent. Its address and keys have to be given anew.")}</p>
    ),
    doIt: t("Remove"),
    act,
  });
}
