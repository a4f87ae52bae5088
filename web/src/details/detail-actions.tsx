import { Button } from "@mantine/core";
import { useMay } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { Offer } from "../data/offered-actions.ts";
import { useIsActing } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { ACTION_LOOK } from "../downloads/action-look.ts";
import { useActOn } from "../downloads/use-act-on.ts";

/** All that can be asked of the job now, as buttons. */
export function DetailActions({ job, offer }: { job: JobMessage; offer: Offer }) {
  const act = useActOn(job);
  const acting = useIsActing(job.id);
  const away = useIsAway();
  const may = useMay("POST /jobs/actions");
  if (!may) return null;
  const actions = [...(offer.main === null ? [] : [offer.main]), ...offer.more];
  return (
    <div className="details__actions">
      {actions.map((action) => {
        const { label, icon: Icon } = ACTION_LOOK[action];
        return (
          <Button
            key={action}
            size="compact-md"
            variant={action === offer.main ? "filled" : "default"}
            leftSection={<Icon size={14} aria-hidden />}
            disabled={away || acting}
            onClick={() => act(action)}
          >
            {label}
          </Button>
        );
      })}
    </div>
  );
}
