import { type SvgMarkup, svg } from '../svg.ts';
import { linearScale } from './scale.ts';

const width = 150;

/** A score of 0…100 as a bar; `null` where there is none. The figure stands beside it. */
export function scoreBar(score: number): SvgMarkup | null {
  if (!Number.isFinite(score)) return null;
  const x = linearScale(0, 100, 0, width);
  return svg('svg', { class: 'bullet', viewBox: `0 0 ${width} 22`, width, height: 22, 'aria-hidden': 'true' }, [
    svg('rect', { class: 'track', x: 0.5, y: 8.5, width: width - 1, height: 6 }),
    svg('rect', { class: 'amount', x: 0, y: 8, width: x(score), height: 7 }),
  ]);
}
