import type { ReactNode } from "react";
import "./setting-line.css";

interface SettingLineProps {
  label: ReactNode;
  /** What it does, in a sentence. */
  about?: ReactNode;
  /** What can be changed, or what is. */
  children: ReactNode;
}

/** One setting: what it is at the left, what it is set to at the right; below each other on a phone. */
export function SettingLine({ label, about, children }: SettingLineProps) {
  return (
    <div className="setting-line">
      <div className="setting-line__what">
        <div className="setting-line__label">{label}</div>
        {about !== undefined && <div className="setting-line__about">{about}</div>}
      </div>
      <div className="setting-line__control">{children}</div>
    </div>
  );
}
