import { useId } from "react";
import type { ReactNode } from "react";

interface SettingsGroupProps {
  title: string;
  /** What belongs together here, in a sentence. */
  about?: ReactNode;
  /** At the right of the title. */
  tools?: ReactNode;
  children: ReactNode;
}

/** Settings that belong together, on a surface of their own. */
export function SettingsGroup({ title, about, tools, children }: SettingsGroupProps) {
  const id = useId();
  return (
    <div className="settings-group" role="group" aria-labelledby={id}>
      <div className="settings-group__head">
        <div>
          <h3 id={id} className="settings-group__title">
            {title}
          </h3>
          {about !== undefined && <p className="settings-group__about">{about}</p>}
        </div>
        {tools}
      </div>
      <div className="surface settings-group__rows">{children}</div>
    </div>
  );
}
