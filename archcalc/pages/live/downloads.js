// @ts-check
import { make } from "./elements.js";

/** @typedef {import("./engine.js").Answer} Answer */

/**
 * Fill the menu of downloads when it is opened.
 * @param {HTMLElement} menu @param {(action: string, more?: Answer) => Promise<Answer | null>} ask
 * @param {() => SVGElement | null} shown the picture that is shown @param {(text: string) => void} say
 */
export function downloads(menu, ask, shown, say) {
  menu.addEventListener("beforetoggle", async (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    const found = await ask("formats");
    const groups = /** @type {Answer[]} */ (found?.downloads ?? []).flatMap(({ what, label, formats }) => [
      make("h2", {}, label),
      make("div", {}, ...formats.map((/** @type {string} */ format) => button(format, () => fetched(what, format)))),
    ]);
    const picture = shown();
    const own = picture ? [make("h2", {}, "Picture as shown"), make("div", {}, button("svg", () => asSvg(picture)), button("png", () => asPng(picture)))] : [];
    menu.replaceChildren(...groups, ...own);
  });

  /** @param {string} text @param {() => Promise<void>} action */
  function button(text, action) {
    const made = make("button", { type: "button" }, text);
    made.addEventListener("click", async () => {
      menu.hidePopover();
      await action();
    });
    return made;
  }

  /** @param {string} what @param {string} format */
  async function fetched(what, format) {
    const found = await ask("download", { what, format });
    if (!found?.base64) {
      say(found?.problems?.[0]?.message ?? found?.failed ?? "");
      return;
    }
    save(new Blob([Uint8Array.from(atob(found.base64), (sign) => sign.charCodeAt(0))]), found.name);
  }
}

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** @param {SVGElement} picture */
function text(picture) {
  return new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
}

/** @param {SVGElement} picture */
async function asSvg(picture) {
  save(text(picture), "picture.svg");
}

const DENSITY = 2;

/** @param {SVGElement} picture */
async function asPng(picture) {
  const address = URL.createObjectURL(text(picture));
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = make("canvas");
  canvas.width = image.width * DENSITY;
  canvas.height = image.height * DENSITY;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  canvas.toBlob((blob) => blob && save(blob, "picture.png"));
}
