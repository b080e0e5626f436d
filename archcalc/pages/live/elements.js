// @ts-check

/**
 * Make an element. @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag @param {Record<string, string>} [attributes] @param {(Node | string)[]} content
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** Return the element of the page with an id. @param {string} id */
export function place(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** Return the nodes of what the engine wrote as HTML, its headings below that of the page. @param {string} html */
export function fromHtml(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const heading of parsed.querySelectorAll("h1")) heading.replaceWith(make("h2", {}, ...heading.childNodes));
  for (const scroll of parsed.querySelectorAll(".scroll, pre")) scroll.setAttribute("tabindex", "0");
  return [...parsed.body.childNodes].map((node) => document.importNode(node, true));
}

/** Return what the engine drew. @param {string} svg */
export function fromSvg(svg) {
  return document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);
}

/**
 * Let a list of tabs be walked through with the arrow keys.
 * @param {HTMLElement} list @param {(tab: HTMLElement) => void} chosen
 */
export function tabs(list, chosen) {
  const all = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=tab]:not([hidden])")]);
  list.addEventListener("click", (event) => {
    const tab = /** @type {HTMLElement} */ (event.target).closest("[role=tab]");
    if (tab) chosen(/** @type {HTMLElement} */ (tab));
  });
  list.addEventListener("keydown", (event) => {
    const found = all();
    const at = found.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: found.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const tab = found[(next + found.length) % found.length];
    tab.focus();
    chosen(tab);
  });
}

/** Mark one tab of a list as chosen. @param {HTMLElement} list @param {string} id */
export function select(list, id) {
  for (const tab of /** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll("[role=tab]"))) {
    tab.setAttribute("aria-selected", String(tab.id === id));
    tab.tabIndex = tab.id === id ? 0 : -1;
  }
}
