/** The search field: a combobox (WAI-ARIA 1.2) over what is found. */
import { createSearch } from "./search-pages.ts";
import type { Entry, Found, Search } from "./search-pages.ts";

let loading: Promise<Search> | null = null;

/** Read when somebody first wants to search. */
function loadSearch(): Promise<Search> {
  loading ??= fetch("search.json").then(async (answer) => {
    if (!answer.ok) throw new Error(`search.json: ${answer.status}`);
    return createSearch((await answer.json()) as Entry[]);
  });
  // The next try asks anew.
  loading.catch(() => (loading = null));
  return loading;
}

export function offerSearch(): void {
  const field = document.querySelector<HTMLInputElement>("#search");
  const list = document.querySelector<HTMLElement>("#found");
  if (field === null || list === null) return;
  let chosen = -1;

  const close = (): void => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (index: number): void => {
    const options = [...list.querySelectorAll<HTMLElement>("[role=option]")];
    chosen = options.length === 0 ? -1 : (index + options.length) % options.length;
    for (const [at, option] of options.entries()) option.setAttribute("aria-selected", String(at === chosen));
    const option = options[chosen];
    if (option === undefined) return;
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const open = (items: HTMLElement[]): void => {
    list.replaceChildren(...items);
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    choose(0);
  };
  const look = async (): Promise<void> => {
    const words = field.value.trim();
    if (words === "") return close();
    try {
      const search = await loadSearch();
      // Somebody may have typed on.
      if (field.value.trim() === words) open(optionsOf(search(words)));
    } catch {
      open([remark("The search could not be loaded.")]);
    }
  };

  field.addEventListener("focus", () => void loadSearch().catch(() => {}));
  field.addEventListener("input", () => void look());
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return field.value === "" ? field.blur() : close();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      list.querySelector<HTMLAnchorElement>('a[aria-selected="true"]')?.click();
      close();
    }
  });
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Node && !list.contains(target) && target !== field) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target === field) return;
    event.preventDefault();
    field.select();
    field.focus();
  });
}

function optionsOf(found: readonly Found[]): HTMLElement[] {
  if (found.length === 0) return [remark("Nothing found.")];
  return found.map(({ id, page, title, excerpt }, index) => {
    const link = document.createElement("a");
    link.href = id;
    link.tabIndex = -1;
    for (const [name, text] of [
      ["b", title],
      ["small", page === title ? "" : page],
      ["span", excerpt],
    ] as const) {
      if (text === "") continue;
      link.append(Object.assign(document.createElement(name), { textContent: text }));
    }
    link.role = "option";
    link.id = `found-${index}`;
    return link;
  });
}

function remark(text: string): HTMLElement {
  return Object.assign(document.createElement("div"), {
    textContent: text,
    className: "remark",
    role: "option",
    ariaDisabled: "true",
  });
}
