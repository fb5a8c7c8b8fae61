import type { FirstSeen, LearnedAnswers } from '../../../model/answers.ts';
import type { PlanSummary } from '../../../model/plan.ts';
import { type BodyFeatures, bodySigns, foreignFeatures, shapeOf } from '../../traffic/public.ts';

/** As many as an engine chooses of each route; of several engines, and over the whole run, those with the smallest keys (load/k6/replay/sample.go). */
const bodiesAtMost = 60;
const placesAtMost = 20;

const isProblem = ({ content }: BodyFeatures) =>
  content.has(bodySigns.jsonProblem) || content.has(bodySigns.pageProblem);
const isLogin = ({ content }: BodyFeatures) =>
  content.has(bodySigns.pageLogin) || content.has(foreignFeatures.passwordField);

interface Body {
  key: number;
  kind: string;
  features: BodyFeatures;
}

/** Features of a sample of the bodies of each route of which none are recorded, for later runs to be held against. */
export class SampledAnswers {
  readonly #redirects = new Map<number, Map<string, number>>();
  readonly #routes = new Map<number, Body[]>();

  /** @param key `shape <route> <kind> <key of the sample>` @param text hashes in hexadecimal, those of `core` before a bar */
  add(key: string, text: string): void {
    const [, number = '', kind = '', chosenBy = '0'] = key.split(' ');
    const [core = '', content = ''] = text.split('|');
    const bodies = this.#routes.get(Number(number)) ?? [];
    this.#routes.set(Number(number), bodies);
    bodies.push({ key: Number(chosenBy), kind, features: { core: hashes(core), content: hashes(content) } });
    if (bodies.length <= bodiesAtMost) return;
    const largest = bodies.reduce((most, body, i) => (body.key > (bodies[most]?.key ?? 0) ? i : most), 0);
    bodies.splice(largest, 1);
  }

  /** @param key `redirect <route>` */
  redirect(key: string, shape: string): void {
    const route = Number(key.split(' ')[1]);
    const places = this.#redirects.get(route) ?? new Map<string, number>();
    this.#redirects.set(route, places);
    if (places.has(shape) || places.size < placesAtMost) places.set(shape, (places.get(shape) ?? 0) + 1);
  }

  /** null: nothing was seen. */
  seen(routes: PlanSummary['routes']): FirstSeen | null {
    const found: FirstSeen = {
      routes: this.#learned(routes),
      signs: inOrder(this.#routes).map(([route, bodies]) => {
        const features = bodies.map((body) => body.features);
        return {
          route,
          bodies: bodies.length,
          problems: features.filter(isProblem).length,
          logins: features.filter((body) => !isProblem(body) && isLogin(body)).length,
        };
      }),
      redirects: inOrder(this.#redirects).map(([route, places]) => ({ route, to: [...places] })),
    };
    return found.signs.length + found.redirects.length === 0 ? null : found;
  }

  #learned(routes: PlanSummary['routes']): LearnedAnswers[] {
    return inOrder(this.#routes).flatMap(([number, bodies]) => {
      const route = routes[number];
      const [kind, ...others] = new Set(bodies.map((body) => body.kind));
      const shape = others.length > 0 ? undefined : shapeOf(bodies.map(({ features }) => features));
      if (route === undefined || shape === undefined || kind === undefined) return [];
      return [{ route: `${route.method} ${route.route}`, shape: { ...shape, kind } }];
    });
  }
}

const inOrder = <T>(byRoute: ReadonlyMap<number, T>) => [...byRoute].sort(([a], [b]) => a - b);

function hashes(text: string): Set<number> {
  return new Set(
    text
      .split(' ')
      .filter((hash) => hash !== '')
      .map((hash) => Number.parseInt(hash, 16)),
  );
}
