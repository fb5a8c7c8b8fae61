import { type SvgMarkup, svg } from '../svg.ts';
import { linearScale } from './scale.ts';

const width = 190;
const height = 18;

/**
 * One step of a funnel, or one feature: production's share as the bar, and at its end what of it is lost against the candidate. The figures stand
 * beside it.
 * @param share production's, 0 … 100
 * @param lost of that share, 0 … 100; null: it was not replayed, and the bar is an outline
 */
export function funnelBar(share: number | null, lost: number | null): SvgMarkup | null {
  if (share === null || !Number.isFinite(share)) return null;
  const x = linearScale(0, 100, 0, width);
  const whole = Math.max(1, x(Math.min(100, Math.max(0, share))));
  const box = { class: 'spread-row', viewBox: `0 0 ${width} ${height}`, width, height, 'aria-hidden': 'true' };
  if (lost === null)
    return svg('svg', box, [svg('rect', { class: 'bar outlined', x: 0.5, y: 3.5, width: whole, height: 11 })]);
  // What is lost at all is seen, however little it is.
  const gone = lost <= 0 ? 0 : Math.min(whole, Math.max(1.5, (whole * lost) / 100));
  return svg('svg', box, [
    svg('rect', { class: 'bar', x: 0, y: 3, width: Math.max(0, whole - gone), height: 12 }),
    ...(gone === 0 ? [] : [svg('rect', { class: 'bar fail', x: whole - gone, y: 3, width: gone, height: 12 })]),
  ]);
}
