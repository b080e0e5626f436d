// @ts-check
// The editor of specs: CodeMirror with YAML, completion and underlines. It is bundled into one file (docs/live.md).

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/**
 * @typedef {object} Mark a mistake with its place
 * @property {number} line counted from 1
 * @property {number} column counted from 1, in characters of Unicode
 * @property {number} width
 * @property {string} message
 *
 * @typedef {object} Word what may be typed
 * @property {string} label
 * @property {string} about
 * @property {string} insert
 * @property {"kind" | "option" | "key" | "network" | "value"} type
 *
 * @typedef {object} Wishes
 * @property {HTMLElement} parent
 * @property {(text: string) => void} changed called after each change by the user
 * @property {(before: string, line: string) => {words: Word[], typed: string} | null} offered the words for a place
 */

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--word)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--quiet)" },
]);

const looks = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "13.5px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--panel)" },
  "&.cm-focused": { outline: "2px solid var(--mark)", outlineOffset: "-2px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--pale) !important" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--hair)", borderRadius: "6px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--pale)", color: "var(--ink)" },
  ".cm-completionInfo": { maxWidth: "24rem", padding: ".4rem .6rem" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "bold" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--wrong) 1px", textUnderlineOffset: "3px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--wrong)" },
});

/** The editor of one text, which may be exchanged for another. */
export class Editor {
  /** @param {Wishes} wishes */
  constructor(wishes) {
    this.wishes = wishes;
    this.view = new EditorView({ parent: wishes.parent, state: this._state("") });
  }

  /** @param {string} text */
  _state(text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
        highlightActiveLine(), highlightSelectionMatches(), search({ top: true }), indentUnit.of("  "),
        EditorState.tabSize.of(2), yaml(), syntaxHighlighting(colours), looks,
        autocompletion({ override: [(context) => this._completed(context)], icons: false }),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.contentAttributes.of({ "aria-label": "Spec", spellcheck: "false", autocapitalize: "off", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.quiet) this.wishes.changed(this.text);
        }),
      ],
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** Show another text, with a history of its own. @param {string} text */
  open(text) {
    this.quiet = true;
    this.view.setState(this._state(text));
    this.quiet = false;
  }

  /** @param {Mark[]} marks */
  underline(marks) {
    const doc = this.view.state.doc;
    const found = marks.filter((mark) => mark.line <= doc.lines).map((mark) => {
      const line = doc.line(mark.line);
      const signs = [...line.text]; // columns count characters, positions halves of pairs
      const from = line.from + signs.slice(0, mark.column - 1).join("").length;
      const to = from + signs.slice(mark.column - 1, mark.column - 1 + mark.width).join("").length;
      return { from: Math.min(from, line.to), to: Math.min(Math.max(to, from), line.to), severity: /** @type {const} */ ("error"), message: mark.message };
    });
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }

  /** Go to a place. @param {number} line @param {number} column */
  goTo(line, column) {
    const doc = this.view.state.doc;
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
    const place = Math.min(found.from + [...found.text].slice(0, column - 1).join("").length, found.to);
    this.view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: "center" }) });
    this.view.focus();
  }

  focus() {
    this.view.focus();
  }

  /** @param {import("@codemirror/autocomplete").CompletionContext} context */
  _completed(context) {
    const line = context.state.doc.lineAt(context.pos);
    const ahead = context.state.sliceDoc(line.from, context.pos);
    const offer = this.wishes.offered(context.state.sliceDoc(0, line.from), ahead);
    if (!offer || (!offer.typed && !context.explicit)) return null;
    const options = offer.words.map(({ label, about, insert, type }) => ({ label, info: about || undefined, apply: insert, type, boost: -label.length }));
    return { from: context.pos - offer.typed.length, options, validFor: /^[\w/.-]*$/ };
  }
}
