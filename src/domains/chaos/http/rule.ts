import { z } from 'zod';

/** How an experiment says which requests a fault is for. */
export const requestsSchema = {
  method: z
    .string()
    .regex(/^(\*|[A-Z]+)$/)
    .default('*'),
  route: z
    .string()
    .startsWith('/')
    .describe('Path of the requests, with * for one part of it and ** for any number: /notes/*.'),
  share: z.number().gt(0).max(1).default(1),
};

/** Which requests a fault is for, and what becomes of them. */
export interface HttpRule {
  /** `GET`; `*`: all. */
  method: string;
  /** Path, with `*` for one part of it and `**` for any number: `/api/baskets/*`. */
  route: string;
  /** Of those requests: 0.2 is every fifth. */
  share: number;
  action: { kind: 'status'; status: number } | { kind: 'reset' } | { kind: 'delay'; delayMs: number };
}

/** Whether a request is one that the rule is for. @param target as requested: `/a/b?c=d` */
export function isFor(rule: HttpRule, method: string, target: string): boolean {
  if (rule.method !== '*' && rule.method !== method) return false;
  const [path = '/'] = target.split('?');
  return patternOf(rule.route).test(path);
}

/** A path that the route matches. */
export function exampleOf(route: string): string {
  return route.replace(/\*\*/g, 'a').replace(/\*/g, 'a');
}

/** Every so many, evenly: no dice, so that a share of a fifth is a fifth. */
export function everySoMany(share: number): () => boolean {
  let count = 0;
  return () => {
    count++;
    // A hair more, as 0.1 + 0.2 is not 0.3.
    return Math.floor(count * share + 1e-9) > Math.floor((count - 1) * share + 1e-9);
  };
}

function patternOf(route: string): RegExp {
  const parts = route.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
