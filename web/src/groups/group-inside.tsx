import { Link } from "@tanstack/react-router";
import { tn } from "../words/words.ts";
import "./group-places.css";
import { GroupPlaces } from "./group-places.tsx";
import { useGroup } from "./use-groups.ts";

/** Below the name of an open group: its places, where there are several, and the way to what the list does not hold. */
export function GroupInside({ id, members }: { id: string; members: number }) {
  const group = useGroup(id);
  if (group === null) return null;
  const older = group.count - group.forgotten - members;
  return (
    <>
      {group.places > 1 && <GroupPlaces group={group} />}
      {older > 0 && (
        <p className="group-older dim">
          <Link to="/downloads" search={{ group: id, show: "done" }}>
            {tn(older, "Show {n} more that ended earlier", "Show {n} more that ended earlier")}
          </Link>
        </p>
      )}
    </>
  );
}
