/** A plot of the page as a file: what its style sheet says becomes part of the drawing. */

/** What our plots are painted with; everything else in them is geometry. */
const PAINT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "visibility"];
/** Dots of the picture per dot of the page: sharp on paper. */
const SHARPNESS = 2;

/** As it is seen now, on a ground of the page's colour, so that its letters can be read wherever it is put. */
export function svgOf(plot: SVGSVGElement, title: string): string {
  const copy = plot.cloneNode(true) as SVGSVGElement;
  const [originals, copies] = [plot, copy].map((svg) => [svg, ...svg.querySelectorAll<SVGElement>("*")]);
  for (const [place, original] of originals!.entries()) {
    const painted = getComputedStyle(original);
    for (const property of PAINT) copies![place]!.setAttribute(property, painted.getPropertyValue(property));
    copies![place]!.removeAttribute("class");
  }
  const { width, height } = plot.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  copy.prepend(named(title), ground(plot));
  return new XMLSerializer().serializeToString(copy);
}

export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth * SHARPNESS, image.naturalHeight * SHARPNESS];
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((made) => (made ? done(made) : fail(new Error("no picture"))), "image/png"));
}

function named(title: string): SVGTitleElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", "title");
  element.textContent = title;
  return element;
}

function ground(plot: SVGSVGElement): SVGRectElement {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("width", "100%");
  rect.setAttribute("height", "100%");
  rect.setAttribute("fill", getComputedStyle(plot).getPropertyValue("--surface").trim());
  return rect;
}
