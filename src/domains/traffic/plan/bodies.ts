import { basename } from 'node:path';
import type { BodySummary } from '../../../model/plan.ts';
import type { Body, RecordedRequest } from '../../../model/traffic.ts';
import { type BodySource, readBodySource } from './body-sources.ts';
import type { Identity } from './identity.ts';
import type { BodyRule } from './login-rules.ts';
import { bodyOf } from './login-steps.ts';
import { hash32 } from './random.ts';
import { matchesRoute } from './rules.ts';

const routesAtMost = 200;

interface Source extends BodySource {
  name: string;
}

/** Gives bodies to requests that were recorded without theirs, and counts by route what got one and what did not. */
export class Bodies {
  readonly #sources: readonly Source[];
  readonly #seed: number;
  readonly #joined = new Map<string, BodySummary['joined'][number]>();
  readonly #missing = new Map<string, BodySummary['missing'][number]>();

  private constructor(sources: readonly Source[], seed: number) {
    this.#sources = sources;
    this.#seed = seed;
  }

  /** @throws ShakedownError PLAN_DATA for a file that cannot be read, PLAN_LOGIN for a placeholder that stands for nothing */
  static async read(rules: readonly BodyRule[], identity: Identity, seed: number): Promise<Bodies> {
    const sources: Source[] = [];
    for (const rule of rules) {
      if ('from' in rule) {
        sources.push({ name: basename(rule.from), ...(await readBodySource(rule.from)) });
        continue;
      }
      const body = bodyOf(rule, identity, 'replay.bodies') ?? null;
      const { route } = rule;
      sources.push({
        name: 'the configuration',
        bodiesFor: (request) => (matchesRoute(route, request.method, request.route) ? [body] : []),
      });
    }
    return new Bodies(sources, seed);
  }

  /**
   * The request with a body from the first source that knows it; as it is where none does. Of several bodies the session and the request's place
   * in it decide, so that the same recording gives the same plan.
   * @param place of the request in the session
   */
  join(request: RecordedRequest, session: string, place: number, counts: boolean): RecordedRequest {
    for (const source of this.#sources) {
      const bodies = source.bodiesFor(request);
      if (bodies.length === 0) continue;
      const body = bodies[hash32(this.#seed, numberOf(session), place) % bodies.length] ?? null;
      if (counts) this.#count(request, source.name);
      return body === null ? withoutBody(request) : withBody(request, body);
    }
    return request;
  }

  /** A request is left out for want of a body. */
  missing({ method, route }: RecordedRequest): void {
    const name = `${method} ${route}`;
    const known = this.#missing.get(name);
    if (known !== undefined) known.requests++;
    else if (this.#missing.size < routesAtMost) this.#missing.set(name, { route: name, requests: 1 });
  }

  /** Undefined where there is nothing to report. */
  get summary(): BodySummary | undefined {
    if (this.#joined.size + this.#missing.size === 0) return undefined;
    const most = (a: { requests: number }, b: { requests: number }) => b.requests - a.requests;
    return { joined: [...this.#joined.values()].sort(most), missing: [...this.#missing.values()].sort(most) };
  }

  #count({ method, route }: RecordedRequest, from: string): void {
    const name = `${method} ${route}`;
    const known = this.#joined.get(`${name}\n${from}`);
    if (known !== undefined) known.requests++;
    else if (this.#joined.size < routesAtMost) this.#joined.set(`${name}\n${from}`, { route: name, from, requests: 1 });
  }
}

function withBody(request: RecordedRequest, body: Body): RecordedRequest {
  const headers = request.headers?.filter(([name]) => !/^content-(?:type|length|encoding)$/i.test(name));
  return { ...request, ...(headers === undefined ? {} : { headers }), body };
}

/** One that is known to need no body says so, and is sent. */
function withoutBody(request: RecordedRequest): RecordedRequest {
  return { ...request, headers: [...(request.headers ?? []), ['content-length', '0']] };
}

/** Any number that is the same for the same text (FNV-1a). */
function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
