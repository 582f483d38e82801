/** A plot of the page as a file: what its style sheet says becomes part of the drawing. */

/** What our plots are painted with; everything else in them is geometry. */
const PAINT = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "visibility"];
/** Dots of the picture per dot of the page: sharp on paper. */
const SHARPNESS = 2;
/** What the title takes above the plot. */
const HEAD = 32;
const SVG = "http://www.w3.org/2000/svg";

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
  const [across, down] = [String(width), String(height + HEAD)];
  for (const [name, value] of Object.entries({ xmlns: SVG, width: across, height: down, viewBox: `0 ${-HEAD} ${across} ${down}` })) copy.setAttribute(name, value);
  const colour = (token: string): string => getComputedStyle(plot).getPropertyValue(token).trim();
  copy.prepend(
    made("title", {}, title),
    made("rect", { y: String(-HEAD), width: "100%", height: "100%", fill: colour("--surface") }),
    made("text", { x: "8", y: "-12", fill: colour("--ink"), "font-size": "15px", "font-weight": "600" }, title),
  );
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

function made(name: string, attributes: Record<string, string>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
