import { visible } from './text.ts';

/** SVG that was built by `svg` below, and by nothing else: the only markup that a template lets through unescaped. */
export interface SvgMarkup {
  readonly markup: string;
}

const built = new WeakSet<object>();

const elements = new Set('svg g path rect line circle polyline text tspan title desc defs pattern clipPath'.split(' '));
// No href, no style, no event handler, no foreign namespace but the one of SVG itself.
const attributeNames = new Set(
  (
    'xmlns viewBox width height x y x1 y1 x2 y2 cx cy r rx d points class id role aria-labelledby aria-hidden focusable fill stroke stroke-width ' +
    'clip-path transform text-anchor textLength font-family font-size dominant-baseline patternUnits patternTransform preserveAspectRatio'
  ).split(' '),
);
const reference = /^url\(#[a-z][a-z0-9-]*\)$/;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (found) => escapes[found] ?? '');

/** A coordinate: finite, two decimals at the most. */
export function coordinate(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`SVG: ${value} is not a finite number.`);
  const short = String(Math.round(value * 100) / 100);
  return short === '-0' ? '0' : short;
}

/**
 * The one audited way to SVG: known elements and attributes only, text and attribute values escaped, numbers finite.
 * Children are text or what this function made before.
 * @throws RangeError on anything else: a mistake in the program, never a matter of data
 */
export function svg(
  element: string,
  attributes: Readonly<Record<string, string | number>> = {},
  children: readonly (SvgMarkup | string)[] = [],
): SvgMarkup {
  if (!elements.has(element)) throw new RangeError(`SVG: element ${element} is not allowed.`);
  let markup = `<${element}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (!attributeNames.has(name)) throw new RangeError(`SVG: attribute ${name} is not allowed.`);
    if (typeof value === 'string' && /url\(/i.test(value) && !reference.test(value)) {
      throw new RangeError(`SVG: ${name} may only point into its own drawing.`);
    }
    markup += ` ${name}="${typeof value === 'number' ? coordinate(value) : escaped(visible(value))}"`;
  }
  const inner = children.map((child) => (typeof child === 'string' ? escaped(visible(child)) : svgMarkup(child)));
  const made = Object.freeze({ markup: `${markup}${inner.length === 0 ? '/>' : `>${inner.join('')}</${element}>`}` });
  built.add(made);
  return made;
}

/** The markup of what `svg` built. @throws RangeError on anything that looks like it but was not built there */
export function svgMarkup(value: unknown): string {
  if (typeof value !== 'object' || value === null || !built.has(value)) {
    throw new RangeError('Only SVG made by svg() may go into a report unescaped.');
  }
  return (value as SvgMarkup).markup;
}

/** Tenths as SVG reads them in the least room: `2.7`, `-.3`, `0`. Whole tenths are put together from whole numbers: a drawing has thousands. */
function tenths(value: number): string {
  const size = Math.abs(value);
  const fraction = size % 10;
  const whole = (size - fraction) / 10;
  const digits = fraction === 0 ? String(whole) : whole === 0 ? `.${fraction}` : `${whole}.${fraction}`;
  return value < 0 ? `-${digits}` : digits;
}

/**
 * A path through points; `null` lifts the pen. One decimal is enough on a screen; steps are relative to the rounded point
 * before, so that nothing adds up, and take half the room of positions.
 * @throws RangeError on a number that is not finite
 */
export function pathData(points: readonly (readonly [x: number, y: number] | null)[]): string {
  let data = '';
  let last: readonly [number, number] | null = null;
  for (const point of points) {
    if (point === null) {
      last = null;
      continue;
    }
    const [x, y] = [Math.round(point[0] * 10), Math.round(point[1] * 10)] as const;
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw new RangeError(`SVG: ${point} is not a finite point.`);
    if (last === null) data += `M${tenths(x)} ${tenths(y)}l0 0`;
    else {
      const [across, down] = [tenths(x - last[0]), tenths(y - last[1])];
      data += `${across.startsWith('-') ? '' : ' '}${across}${down.startsWith('-') ? '' : ' '}${down}`;
    }
    last = [x, y];
  }
  return data;
}
