/** A menu at a button that was there before it: see `useLateMenu`. */
import { Menu } from "@mantine/core";
import type { MenuProps } from "@mantine/core";
import { useMounted } from "@mantine/hooks";
import { useLayoutEffect } from "react";
import type { Ref } from "react";
import type { LateMenu } from "./use-late-menu.ts";

export function MenuAt({ menu: { at, opened, close }, children, ...look }: MenuProps & { menu: LateMenu }) {
  // Drawn closed first: in the step to open it is noted who has the focus, to give it back.
  const mounted = useMounted();
  return (
    <Menu {...look} opened={mounted && opened} onClose={close}>
      <Menu.Target>
        <At element={at} />
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface AtProps {
  element: HTMLElement;
  ref?: Ref<HTMLElement>;
  id?: string;
  "aria-controls"?: string | undefined;
}

/** Draws nothing: tells the menu of its button, and the button of its menu. */
function At({ element, ref, id, "aria-controls": controls }: AtProps) {
  useLayoutEffect(() => {
    if (typeof ref !== "function") return undefined;
    const forget = ref(element);
    return () => {
      if (typeof forget === "function") forget();
      else ref(null);
    };
  }, [element, ref]);
  useLayoutEffect(() => {
    if (id !== undefined) element.setAttribute("id", id);
    if (controls === undefined) element.removeAttribute("aria-controls");
    else element.setAttribute("aria-controls", controls);
  }, [element, id, controls]);
  return null;
}
