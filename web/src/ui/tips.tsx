/**
 * Hints of whatever has `data-tip`: one listener and one element for the whole page. A hint repeats what a label says
 * already, so that nobody has to point at something to know it.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { placeTip } from "./place-tip.ts";
import "./tips.css";

/** A pointer that only crosses something asks nothing. */
const DELAY_MS = 350;

interface Tip {
  of: HTMLElement;
  text: string;
}

export function Tips() {
  const [tip, setTip] = useState<Tip | null>(null);
  useEffect(() => followPointer(setTip), []);
  return tip === null ? null : createPortal(<TipOf key={tip.text} {...tip} />, document.body);
}

function TipOf({ of, text }: Tip) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    const view = { width: document.documentElement.clientWidth, height: innerHeight };
    const { left, top } = placeTip(of.getBoundingClientRect(), current.getBoundingClientRect(), view);
    current.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }, [of]);
  return (
    <div ref={box} className="tip" dir="auto" aria-hidden>
      {text}
    </div>
  );
}

/** Tells what is to be said, and of what; answers what ends it. */
function followPointer(tell: (tip: Tip | null) => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  let of: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (): void => {
    const text = of?.isConnected === true ? (of.dataset["tip"] ?? "") : "";
    tell(of === null || text === "" ? null : { of, text });
  };
  // What is pointed at may change its words: "Copy" becomes "Copied".
  const words = new MutationObserver(say);
  const hide = (): void => {
    clearTimeout(timer);
    words.disconnect();
    of = null;
    tell(null);
  };
  const point = (next: HTMLElement | null, delay: number): void => {
    if (next === of) return;
    hide();
    if (next === null) return;
    of = next;
    timer = setTimeout(() => {
      words.observe(next, { attributeFilter: ["data-tip"] });
      say();
    }, delay);
  };
  const on = (type: string, act: (event: Event) => void): void =>
    document.addEventListener(type, act, { signal, capture: true, passive: true });
  on("pointerover", (event) => {
    // A finger presses, and does not point.
    if ((event as PointerEvent).pointerType !== "touch") point(tipOf(event.target), DELAY_MS);
  });
  on("focusin", ({ target }) => {
    if (target instanceof Element && target.matches(":focus-visible")) point(tipOf(target), DELAY_MS);
  });
  on("focusout", hide);
  on("pointerdown", hide);
  on("scroll", hide);
  on("keydown", (event) => {
    if ((event as KeyboardEvent).key === "Escape") hide();
  });
  document.documentElement.addEventListener("pointerleave", hide, { signal });
  return () => {
    ending.abort();
    hide();
  };
}

function tipOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
}
