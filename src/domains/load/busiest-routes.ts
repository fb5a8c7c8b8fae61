import type { RunFacts } from '../../model/run-facts.ts';

const routesShown = 50;
/** Of more, no histogram each is kept. */
const routesAtMost = 2000;

/** Routes by requests answered, busiest first. */
export function busiestRoutes({ routes }: Pick<RunFacts, 'routes'>): {
  shown: number[];
  leftOut: number;
  /** Those whose times are looked at. */
  used: number[];
} {
  const requests = (index: number) => {
    const { completed, failed, unsent } = routes[index]?.all ?? { completed: 0, failed: 0, unsent: 0 };
    return completed + failed + unsent;
  };
  const used = [...routes.keys()].filter((index) => requests(index) > 0);
  used.sort((a, b) => requests(b) - requests(a) || a - b);
  return {
    shown: used.slice(0, routesShown),
    leftOut: Math.max(0, used.length - routesShown),
    used: used.slice(0, routesAtMost),
  };
}
