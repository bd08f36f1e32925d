/** Where clicks and submits lead: links and forms (spec 6.10). */

/**
 * @param {Event} event a click
 * @param {string[]} [frames] the targets that count; by default those of the link's own frame
 * @returns {?Element} the link that it would follow
 */
export function linkOf({ target, button, ctrlKey, metaKey, shiftKey, altKey }, frames = ["", "_self"]) {
  const link = target.closest?.("a[href], area[href]");
  if (!link || button || ctrlKey || metaKey || shiftKey || altKey || link.hasAttribute("download")) return null;
  const base = link.ownerDocument.querySelector("base[target]")?.getAttribute("target");
  return frames.includes((link.getAttribute("target") ?? base ?? "").toLowerCase()) ? link : null;
}

const given = (form, submitter, name) => submitter?.getAttribute(`form${name}`) ?? form.getAttribute(name);

/** @returns {boolean} whether a form says nowhere where it is to be sent (spec 6.10) */
export function isAimless(form, submitter) {
  return given(form, submitter, "action") === null && given(form, submitter, "method")?.toLowerCase() !== "dialog";
}

/** @returns {?{url: string, body?: URLSearchParams|FormData}} what a form is sent as: by POST, if there is a body */
export function submission(form, submitter) {
  const { URL: here, baseURI, defaultView: window } = form.ownerDocument;
  const url = new URL(given(form, submitter, "action") || here, baseURI);
  const method = given(form, submitter, "method")?.toLowerCase();
  if (method === "dialog" || !/^https?:$/.test(url.protocol)) return null;
  const fields = [...new window.FormData(form, submitter ?? undefined)];
  const texts = new URLSearchParams(fields.map(([name, value]) => [name, value.name ?? value]));
  if (method !== "post") {
    url.search = texts;
    return { url: url.href };
  }
  if (!given(form, submitter, "enctype")?.toLowerCase().startsWith("multipart/")) return { url: url.href, body: texts };
  const body = new FormData();
  fields.forEach(([name, value]) => body.append(name, typeof value === "string" ? value : new Blob([])));
  return { url: url.href, body };
}

/** @returns {?{url: string, body?: *}} where the default action of a click or submit leads */
export function actionOf(event) {
  if (event.type === "submit") return submission(event.target, event.submitter);
  const link = linkOf(event, ["", "_self", "_top", "_parent"]);
  return link && /^https?:$/.test(link.protocol) ? { url: link.href } : null;
}
