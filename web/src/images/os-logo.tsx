/** A small drawing for each system, so that it is found at a glance. Our own: none is anybody's trademark. */
import type { ReactNode } from "react";
import "./os-logo.css";

interface Drawing {
  /** Degrees of the colour circle. */
  hue: number;
  strokes: ReactNode;
}

const DRAWINGS: Readonly<Record<string, Drawing>> = {
  // Two people: what the word means.
  ubuntu: {
    hue: 45,
    strokes: (
      <>
        <circle cx="8.2" cy="8" r="2.7" />
        <circle cx="16.4" cy="9.2" r="2.1" />
        <path d="M3 18.5c.4-3.7 2.3-5.6 5.2-5.6s4.8 1.9 5.2 5.6M15.2 13.9c3.2-.7 5.2 1 5.8 4.6" />
      </>
    ),
  },
  // Its releases are called after toys: building blocks.
  debian: {
    hue: 5,
    strokes: <path d="M9 4.5h6v6H9zM5.5 13.5h6v6h-6zM12.5 13.5h6v6h-6z" />,
  },
  // A cairn.
  rocky: {
    hue: 160,
    strokes: (
      <>
        <ellipse cx="12" cy="17.2" rx="7" ry="2.8" />
        <ellipse cx="12.4" cy="11.8" rx="4.8" ry="2.4" />
        <ellipse cx="11.8" cy="7" rx="2.9" ry="2" />
      </>
    ),
  },
  // An apple: what the word means in several languages.
  almalinux: {
    hue: 80,
    strokes: (
      <path d="M12 8.5C9.8 6.9 5.8 7.6 5.8 12.2c0 4.2 2.9 7.6 4.8 7.3.6-.1.9-.4 1.4-.4s.8.3 1.4.4c1.9.3 4.8-3.1 4.8-7.3 0-4.6-4-5.3-6.2-3.7Zm0 0c0-2 .7-3.4 2.4-4.3" />
    ),
  },
  // A hat.
  fedora: {
    hue: 255,
    strokes: (
      <path d="M3.5 15.5c2 2 5 3 8.5 3s6.5-1 8.5-3M6.3 15.2l1.7-7.4c.3-1.3 1.9-1.7 2.8-.8.7.7 1.7.7 2.4 0 .9-.9 2.5-.5 2.8.8l1.7 7.4M7 12.6c3.2 1.3 6.8 1.3 10 0" />
    ),
  },
  // A centre.
  centos: {
    hue: 310,
    strokes: (
      <>
        <circle cx="12" cy="12" r="7.2" />
        <circle cx="12" cy="12" r="2.4" />
        <path d="M12 3v4M12 17v4M3 12h4M17 12h4" />
      </>
    ),
  },
  // A leaf to sit on.
  opensuse: {
    hue: 135,
    strokes: (
      <path d="M19 5c.6 8.5-3 13-9.3 12.6C5.7 17.3 5 13.5 7 11 9.3 8 13.5 8.3 19 5ZM5 20c2-4.5 5-7 9-8.5" />
    ),
  },
  // A bridge's arch.
  arch: {
    hue: 225,
    strokes: <path d="M4 19.5V8.5h16v11h-3.5V16a4.5 4.5 0 0 0-9 0v3.5ZM4 8.5V5.5h16v3" />,
  },
  // Peaks.
  alpine: {
    hue: 240,
    strokes: <path d="m3 18.5 6-10 4 6.5 2.5-3.8 5.5 7.3ZM7.3 11.4 9 13l1.7-1.6" />,
  },
  // A fork for those who tend daemons.
  freebsd: {
    hue: 20,
    strokes: <path d="M12 20.5V4M6.5 5.5v3c0 3.3 2.2 5 5.5 5s5.5-1.7 5.5-5v-3M9.5 17.5h5" />,
  },
  openbsd: { hue: 95, strokes: <path d="M4 13a8 8 0 0 1 16 0v2H4ZM8 18v2M16 18v2M8.5 10v.01" /> },
  netbsd: { hue: 30, strokes: <path d="M6 21 10 4M9.5 6c4-1.5 6 1.5 9.5 0l-1.5 7c-3.5 1.5-5.5-1.5-9.5 0" /> },
  // Panes.
  windows: { hue: 235, strokes: <path d="M4.5 5.5h15v13h-15ZM12 5.5v13M4.5 12h15" /> },
  // Others: a prompt.
  linux: { hue: 200, strokes: <path d="M4.5 5.5h15v13h-15ZM8 10l2.5 2L8 14M12.5 14.5H16" /> },
  iso: {
    hue: 200,
    strokes: (
      <>
        <circle cx="12" cy="12" r="8" />
        <circle cx="12" cy="12" r="2.2" />
        <path d="M7.5 12A4.5 4.5 0 0 1 12 7.5" />
      </>
    ),
  },
  disk: { hue: 200, strokes: <path d="M4 13.5h16v5H4ZM4 13.5 6.5 6h11l2.5 7.5M16.5 16v.01M13.5 16v.01" /> },
};

/** @param system a distribution, a family, or the format of a file nobody knows the contents of */
export function OsLogo({ system, size = 40 }: { system: readonly string[]; size?: number }) {
  const known = system.find((name) => Object.hasOwn(DRAWINGS, name)) ?? "disk";
  const drawing = DRAWINGS[known];
  if (drawing === undefined) return null;
  return (
    <span
      className="os-logo"
      style={{ "--hue": drawing.hue, "--size": `${size}px` } as React.CSSProperties}
      aria-hidden
    >
      <svg viewBox="0 0 24 24" focusable="false">
        {drawing.strokes}
      </svg>
    </span>
  );
}
