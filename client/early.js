// @ts-check
/**
 * What the user does before the client (pycommunicate.js) runs: recorded from the first byte of the document on, and
 * again from each `view` until its `loaded` (spec 8.8).
 *
 * A classic script, so that it runs where it stands; the client takes `window.pycommunicate` over from it.
 */

{
  /** @type {{on: boolean, records: {event: any, path: EventTarget[], held: boolean}[]}} */
  const early = { on: true, records: [] };

  /** @param {any} event */
  const hear = (event) => {
    if (!early.on) return;
    const path = event.composedPath();
    const record = { event, path, held: false };
    const leaves =
      event.type === "submit"
        ? event.target
        : event.type === "click" &&
          !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) &&
          path[0].closest?.(":any-link:not([target],[download])");
    if (leaves && leaves.closest("[data-pycommunicate-live]")) {
      event.preventDefault();
      record.held = true;
      // What the page's own script prevents as well is not to happen later.
      event.preventDefault = () => (record.held = false);
    }
    // One click by a mouse is five events.
    if (early.records.push(record) > 5000) early.records.shift();
  };

  const types =
    "click dblclick auxclick contextmenu pointerdown pointerup mousedown mouseup touchstart touchend keydown keypress keyup " +
    "beforeinput input change submit reset focus blur focusin focusout cut copy paste drop";
  for (const type of types.split(" ")) addEventListener(type, hear, true);
  Object.defineProperty(window, "pycommunicate", { value: early, configurable: true });
}
