export { Editor } from "../../../web/editor.js";
