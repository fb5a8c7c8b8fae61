import type { RunFacts } from '../../model/run-facts.ts';

const routesShown = 50;

/** Routes by requests answered, busiest first. */
export function busiestRoutes({ routes }: Pick<RunFacts, 'routes'>): { shown: number[]; leftOut: number } {
  const requests = (index: number) => {
    const { completed, failed, unsent } = routes[index]?.all ?? { completed: 0, failed: 0, unsent: 0 };
    return completed + failed + unsent;
  };
  const used = [...routes.keys()].filter((index) => requests(index) > 0);
  used.sort((a, b) => requests(b) - requests(a) || a - b);
  return { shown: used.slice(0, routesShown), leftOut: Math.max(0, used.length - routesShown) };
}
