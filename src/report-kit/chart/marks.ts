import type { GateResult } from '../../model/verdict.ts';
import { type SvgMarkup, svg } from '../svg.ts';

export type Mark = GateResult['verdict'] | 'notice';

const circle = svg('circle', { cx: 12, cy: 12, r: 9.5 });
// Each state has a shape of its own, so that it can be recognised without colour: circle and check, octagon and cross, diamond and dash.
const shapes: Record<Mark, readonly SvgMarkup[]> = {
  pass: [circle, svg('path', { d: 'M7.6 12.4l3 3 5.8-6.2' })],
  fail: [
    svg('path', { d: 'M8.1 2.5h7.8l5.6 5.6v7.8l-5.6 5.6H8.1l-5.6-5.6V8.1z' }),
    svg('path', { d: 'M8.6 8.6l6.8 6.8M15.4 8.6l-6.8 6.8' }),
  ],
  inconclusive: [svg('path', { d: 'M12 1.6L22.4 12 12 22.4 1.6 12z' }), svg('path', { d: 'M8 12h8' })],
  'not run': [svg('circle', { cx: 12, cy: 12, r: 9.5, class: 'dashed' })],
  notice: [svg('path', { d: 'M12 2.6L22.6 21H1.4z' }), svg('path', { d: 'M12 9.2v5.6M12 17.4v.8' })],
};

const drawn = new Map<Mark, SvgMarkup>(
  (Object.keys(shapes) as Mark[]).map((mark) => [
    mark,
    svg(
      'svg',
      { class: `mark ${mark.replace(' ', '-')}`, viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
      shapes[mark],
    ),
  ]),
);

/** The shape of a state, for beside its word; hidden from screen readers, which have the word. */
export function markOf(mark: Mark): SvgMarkup {
  const found = drawn.get(mark);
  if (found === undefined) throw new RangeError(`No shape for the state ${JSON.stringify(mark)}.`);
  return found;
}

/** The same shape, `size` wide with its left top corner at x, y of a larger drawing. */
export function markAt(mark: Mark, x: number, y: number, size: number): SvgMarkup {
  return svg(
    'svg',
    { class: `mark ${mark.replace(' ', '-')}`, viewBox: '0 0 24 24', x, y, width: size, height: size },
    [...shapes[mark]],
  );
}

const iconColours: Record<GateResult['verdict'], string> = {
  pass: '#1a7f4b',
  fail: '#c62f26',
  inconclusive: '#9a6a00',
  'not run': '#6b7280',
};

/** The state as a page icon: a data URI, so that a row of tabs distinguishes the verdicts. */
export function pageIcon(verdict: GateResult['verdict']): string {
  const image = svg(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: '0 0 24 24',
      fill: 'none',
      stroke: iconColours[verdict],
      'stroke-width': 2.6,
    },
    shapes[verdict],
  );
  return `data:image/svg+xml,${encodeURIComponent(image.markup)}`;
}
