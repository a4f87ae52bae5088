import { MoreHorizontal, Trash2 } from "lucide-react";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { offeredActions } from "../data/offered-actions.ts";
import type { Offer } from "../data/offered-actions.ts";
import { useIsActing } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { fetchPart } from "../ui/fetch-part.ts";
import { Button } from "../ui/button.tsx";
import { pressOnce } from "../ui/press-once.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useLateMenu } from "../ui/use-late-menu.ts";
import { ACTION_LOOK } from "./action-look.ts";
import { useActOn } from "./use-act-on.ts";
import { useIsRemoving } from "./use-list.ts";
import { t } from "../words/words.ts";

const RowMenu = lazy(async () => ({ default: (await fetchPart(() => import("./row-menu.tsx"))).RowMenu }));

/** To those who may only look. */
const NOTHING: Offer = { main: null, more: [] };

interface RowActionsProps {
  job: JobMessage;
  prominent: boolean;
  /** Whether it waits in the queue, where it can be moved. */
  queued: boolean;
  remedy: ReactNode;
}

/** The likeliest action as a button, the others in a menu. */
export function RowActions({ job, prominent, queued, remedy }: RowActionsProps) {
  const acting = useIsActing(job.id);
  const away = useIsAway();
  const act = useActOn(job);
  const { menu, button } = useLateMenu();
  const may = useMay("POST /jobs/actions");
  const removing = useIsRemoving();
  const { main, more } = may ? offeredActions(job) : NOTHING;
  if (removing && may) {
    return (
      <div className="row__actions">
        <button
          type="button"
          className="row__remove"
          aria-label={t("Remove {name}", { name: job.name })}
          disabled={away}
          onClick={() => act("remove")}
        >
          <Trash2 size={16} aria-hidden />
        </button>
      </div>
    );
  }
  return (
    <div className="row__actions">
      {remedy}
      {main !== null && (
        <MainAction action={main} name={job.name} {...{ prominent, acting, away }} act={act} />
      )}
      <IconButton size="large" label={t("More for {name}", { name: job.name })} tip={null} {...button}>
        <MoreHorizontal size={17} aria-hidden />
      </IconButton>
      {menu !== null && (
        <Suspense fallback={null}>
          <RowMenu menu={menu} job={job} actions={more} queued={queued} act={act} />
        </Suspense>
      )}
    </div>
  );
}

interface MainActionProps {
  action: JobAction;
  name: string;
  prominent: boolean;
  acting: boolean;
  away: boolean;
  act: (action: JobAction) => void;
}

function MainAction({ action, name, prominent, acting, away, act }: MainActionProps) {
  const { label, icon: Icon } = ACTION_LOOK[action];
  const called = `${label} ${name}`;
  const common = { disabled: away, loading: acting, onClick: pressOnce(() => act(action)) };
  if (prominent) {
    return (
      <Button
        size="compact-md"
        className="row__retry"
        variant="default"
        leftSection={<Icon size={14} aria-hidden />}
        aria-label={called}
        {...common}
      >
        {label}
      </Button>
    );
  }
  return (
    <IconButton size="large" label={called} tip={label} {...common}>
      <Icon size={17} aria-hidden />
    </IconButton>
  );
}
