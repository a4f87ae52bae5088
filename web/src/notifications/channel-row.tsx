import { ActionIcon, Button, Switch } from "@mantine/core";
import { modals } from "@mantine/modals";
import { Trash2 } from "lucide-react";
import type { ChannelMessage } from "../../../src/wire/notifications.ts";
import { useIsAway } from "../data/use-live.ts";
import { t } from "../words/words.ts";
import { EVENTS } from "./channel-draft.ts";
import { EVENT_WORDS, KIND_WORDS, lastWords } from "./channel-words.ts";
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
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("Remove {name}", { name })}
          disabled={away}
          loading={remove.isPending}
          onClick={() => askToRemove(name, () => remove.mutate())}
        >
          <Trash2 size={16} />
        </ActionIcon>
      </div>
    </li>
  );
}

function askToRemove(name: string, act: () => void): void {
  modals.openConfirmModal({
    title: t("Remove {name}?", { name }),
    children: (
      <p>{t("What it was still to be told is not sent. Its address and keys have to be given anew.")}</p>
    ),
    labels: { confirm: t("Remove"), cancel: t("Keep") },
    confirmProps: { color: "red" },
    cancelProps: { "data-autofocus": true } as Record<string, unknown>,
    onConfirm: act,
  });
}
