/** What the calculator on the screen works out: + − × ÷ ^ √ % and brackets, decimal comma or point, no memory. */

const SIGNS: Record<string, string> = { "×": "*", "·": "*", x: "*", X: "*", "÷": "/", ":": "/", "−": "-", "–": "-", ",": "." };
const DIGITS = 10;

/** The value, or null where the calculation is not complete or has none (a division by zero, the root of −1). */
export function evaluate(written: string): number | null {
  const text = [...written].map((sign) => SIGNS[sign] ?? sign).join("").replaceAll(/\s/g, "");
  if (!text) return null;
  const reader = new Reader(text);
  const value = reader.sum();
  return reader.isDone() && Number.isFinite(value) ? value : null;
}

/** With a decimal comma or point, to ten digits, without what binary fractions add. */
export function asShown(value: number, comma: boolean): string {
  const rounded = Number(value.toPrecision(DIGITS));
  const text = Math.abs(rounded) >= 1e12 || (rounded !== 0 && Math.abs(rounded) < 1e-9) ? rounded.toExponential() : String(rounded);
  return (comma ? text.replace(".", ",") : text).replace("-", "−");
}

/** A sentence of the grammar sum → product → power → part; NaN stands for what is no number, and spreads. */
class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  isDone = (): boolean => this.at === this.text.length;

  sum(): number {
    let value = this.product();
    for (let sign = this.take("+-"); sign; sign = this.take("+-")) {
      const next = this.product();
      value = sign === "+" ? value + next : value - next;
    }
    return value;
  }

  private product(): number {
    let value = this.signed();
    for (let sign = this.take("*/"); sign; sign = this.take("*/")) {
      const next = this.signed();
      value = sign === "*" ? value * next : value / next;
    }
    return value;
  }

  private signed(): number {
    return this.take("-") ? -this.signed() : this.power();
  }

  private power(): number {
    const base = this.share();
    return this.take("^") ? base ** this.signed() : base;
  }

  /** "5 %" is 0.05. */
  private share(): number {
    let value = this.part();
    while (this.take("%")) value /= 100;
    return value;
  }

  private part(): number {
    if (this.take("√")) return Math.sqrt(this.share());
    if (this.take("(")) {
      const value = this.sum();
      return this.take(")") ? value : NaN;
    }
    const found = /^(\d+\.?\d*|\.\d+)/.exec(this.text.slice(this.at))?.[0];
    this.at += found?.length ?? 0;
    return found ? Number(found) : NaN;
  }

  private take(signs: string): string {
    const sign = this.text.charAt(this.at);
    if (!sign || !signs.includes(sign)) return "";
    this.at += 1;
    return sign;
  }
}
