import type { CommandPath } from "./card-contract.ts";

/** As people write it: `$UI_HOME/models/loras`. */
export function showPath({ base, path }: CommandPath): string {
  switch (base) {
    case "ui_home":
      return path === "" ? "$UI_HOME" : `$UI_HOME/${path}`;
    case "home":
      return path === "" ? "~" : `~/${path}`;
    case "root":
      return `/${path}`;
    case "start":
      if (path === "") return ".";
      return path.startsWith("..") ? path : `./${path}`;
    case "unknown":
      return path;
    default:
      throw base satisfies never;
  }
}
