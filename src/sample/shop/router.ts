import type { Route } from './http.ts';

export interface Match {
  route: Route;
  params: string[];
}

export type Router = (method: string, path: string) => Match | 'wrong method' | undefined;

/** Paths without parameters are found by name, the others by a list for each first part of the path. */
export function createRouter(routes: readonly Route[]): Router {
  const fixed = new Map<string, Match>();
  const patterns = new Map<string, { route: Route; pattern: RegExp }[]>();
  const known: RegExp[] = [];
  for (const route of routes) {
    const pattern = new RegExp(`^${route.path.replace(/:[a-z]+/g, '([^/]+)')}$`);
    known.push(pattern);
    if (!route.path.includes(':')) fixed.set(`${route.method} ${route.path}`, { route, params: [] });
    else {
      const key = `${route.method} ${firstPart(route.path)}`;
      const list = patterns.get(key) ?? [];
      list.push({ route, pattern });
      patterns.set(key, list);
    }
  }
  return (given, path) => {
    const method = given === 'HEAD' ? 'GET' : given;
    const match = fixed.get(`${method} ${path}`);
    if (match !== undefined) return match;
    for (const { route, pattern } of patterns.get(`${method} ${firstPart(path)}`) ?? []) {
      const found = pattern.exec(path);
      if (found !== null) return { route, params: found.slice(1) };
    }
    return known.some((pattern) => pattern.test(path)) ? 'wrong method' : undefined;
  };
}

function firstPart(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? path : path.slice(0, end);
}
