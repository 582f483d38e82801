/** What Word puts on the clipboard: its lists are paragraphs with a drawn bullet, and much around them is not text at all. */

const MARKER = /^\s*(?:\(?[0-9]{1,2}|\(?[a-zA-Z]|[ivx]+)[.)]/;

/** The same with real lists, and without what Word keeps for itself. The page parses it without running or loading anything. */
export function fromWord(html: string): string {
  if (!/mso-|class="?Mso/i.test(html)) return html;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const alien of page.querySelectorAll("style, meta, link, title, xml, script")) alien.remove();
  for (const alien of [...page.body.querySelectorAll("*")].filter((one) => one.localName.includes(":"))) alien.replaceWith(...alien.childNodes);
  for (const paragraph of page.body.querySelectorAll("p")) listed(page, paragraph);
  return page.body.innerHTML;
}

function listed(page: Document, paragraph: HTMLElement): void {
  if (!/mso-list:/i.test(paragraph.getAttribute("style") ?? "")) return;
  const drawn = [...paragraph.querySelectorAll("span")].find((one) => /mso-list:\s*ignore/i.test(one.getAttribute("style") ?? ""));
  const kind = MARKER.test(drawn?.textContent ?? "") ? "ol" : "ul";
  drawn?.remove();
  const before = paragraph.previousElementSibling;
  const list = before?.localName === kind && before.hasAttribute("data-word") ? before : page.createElement(kind);
  if (list !== before) {
    list.setAttribute("data-word", "");
    paragraph.before(list);
  }
  const entry = page.createElement("li");
  entry.append(...paragraph.childNodes);
  list.append(entry);
  paragraph.remove();
}
