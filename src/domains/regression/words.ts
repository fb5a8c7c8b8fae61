import type { Difference } from './differences.ts';

const routesAtMost = 4;

/** A difference as a sentence, with counts. */
export function differenceWords({ path, routes, shown, declared }: Difference): string {
  const { field, by } = shown;
  const where =
    routes.length === 0
      ? 'On all routes'
      : `${routes.slice(0, routesAtMost).join(', ')}${routes.length > routesAtMost ? ` and ${routes.length - routesAtMost} more routes` : ''}`;
  const [example] = field.examples;
  const seen = example === undefined ? '' : `: ${example.current} → ${example.candidate}`;
  const rate = `in ${field.raw} of ${field.requests} answers; the current version differs from itself in ${field.noise}`;
  const how = by === 'the rate of differences' ? '' : ` Found by ${by}${levelWords(shown)}.`;
  const expired = declared === null ? '' : ` It was declared as meant until ${declared.expires}.`;
  return `${where}: ${path}${aspectWords(field.aspect)} differs${seen}, ${rate} (p ${shownP(shown.p)}).${how}${expired}`;
}

function levelWords({ field: { levels } }: Difference['shown']): string {
  if (levels === null || levels.current === 0) return '';
  const percent = 100 * (levels.candidate / levels.current - 1);
  return `, ${percent > 0 ? 'higher' : 'lower'} by ${Math.abs(percent).toFixed(Math.abs(percent) < 1 ? 2 : 0)} %`;
}

function aspectWords(aspect: Difference['shown']['field']['aspect']): string {
  switch (aspect) {
    case 'link':
      return ' (an id that is not the one given out before)';
    case 'form':
      return ' (its form)';
    case 'members':
      return ' (its elements)';
    case 'order':
      return ' (its order)';
    default:
      return '';
  }
}

export function shownRow({ path, routes, shown }: Difference): string[] {
  const { field, p } = shown;
  const [example] = field.examples;
  const route =
    routes.length === 0 ? 'all' : `${routes[0]}${routes.length === 1 ? '' : ` and ${routes.length - 1} more`}`;
  return [
    `${path}${aspectWords(field.aspect)}`,
    route,
    example?.current ?? '',
    example?.candidate ?? '',
    `${field.raw} of ${field.requests}`,
    `${field.noise} of ${field.requests}`,
    shownP(p),
  ];
}

function shownP(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
