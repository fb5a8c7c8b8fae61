import {
  type AddedLogin,
  type Extraction,
  type LoginSuccess,
  loginLeadMs,
  type PlannedRequest,
} from '../../../model/plan.ts';
import type { Header, RecordedRequest } from '../../../model/traffic.ts';
import { pathOf } from './body-sources.ts';
import type { HeaderRules } from './headers.ts';
import type { Identity } from './identity.ts';
import type { LoginRules } from './login-rules.ts';
import { filledHeaders, readStep, relateSteps, type Step } from './login-steps.ts';
import { matchesRoute } from './rules.ts';
import { safePath, type Targets } from './target.ts';

/** Where a session logs in. */
export interface PlacedLogins {
  added: { before: number; steps: number[] }[];
  /** The step of each recorded request of a login, by its place. */
  recorded: ReadonlyMap<number, number>;
  /** What recorded requests wait for, because a login gives it. */
  givers: Map<number, number[]>;
  /** Recorded ones. */
  logins: number;
  /** From here on requests are those of a user; Infinity: none. */
  fromRequest: number;
}

/** A recorded page with a form for logging in is no login. */
const asksOnly = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Answers that say that whoever asked was not logged in. */
const refused = new Set([401, 403]);

/** How sessions log in: the requests of a login, put before the first request that needs it or in place of the recorded one. */
export class Login {
  readonly #steps: readonly Step[];
  readonly #routes: readonly string[];
  readonly #headers: readonly Header[];
  readonly #sent: HeaderRules['sent'];
  readonly #targets: Targets;

  private constructor(
    steps: readonly Step[],
    headers: readonly Header[],
    routes: readonly string[],
    targets: Targets,
    sent: HeaderRules['sent'],
  ) {
    this.#steps = steps;
    this.#headers = headers;
    this.#routes = routes;
    this.#targets = targets;
    this.#sent = sent;
  }

  /** @throws ShakedownError PLAN_LOGIN for what cannot be sent or stands for nothing, PLAN_DATA for a HAR file without it */
  static async read(rules: LoginRules, identity: Identity, targets: Targets, headerRules: HeaderRules): Promise<Login> {
    const steps: Step[] = [];
    for (const rule of rules.requests) steps.push(await readStep(rule, identity, targets));
    const headers = filledHeaders(rules.headers, identity);
    relateSteps(steps, Login.taken(rules).size === 0 && headers.length === 0);
    return new Login(steps, headers, rules.routes, targets, headerRules.sent);
  }

  /** Names of values that the login takes. */
  static taken({ requests }: LoginRules): Set<string> {
    return new Set(requests.flatMap(({ take }) => Object.keys(take)));
  }

  get requests(): string[] {
    return this.#steps.map(({ name }) => name);
  }

  /** Headers of a session's requests after its login. */
  get headers(): readonly Header[] {
    return this.#headers;
  }

  /**
   * Recorded requests that log in, with what is to be sent in their place. One that was refused then stays as it was.
   * @param requests of a session, methods in upper case
   * @returns the requests, and the step that each of them is
   */
  inPlace(requests: readonly RecordedRequest[]): { requests: RecordedRequest[]; steps: Map<RecordedRequest, number> } {
    const changed = [...requests];
    const steps = new Map<RecordedRequest, number>();
    const put = (i: number, step: number) => {
      const made = this.#filled(requests[i] as RecordedRequest, this.#steps[step] as Step);
      changed[i] = made;
      steps.set(made, step);
    };
    for (let i = 0, from = 0; i < requests.length; i++) {
      const step = this.#credentialStep(requests[i] as RecordedRequest);
      if (step < 0) continue;
      put(i, step);
      for (let wanted = step - 1, before = i - 1; wanted >= 0 && before >= from; before--) {
        if (this.#is(requests[before] as RecordedRequest, wanted)) put(before, wanted--);
      }
      for (let wanted = step + 1, after = i + 1; wanted < this.#steps.length && after < requests.length; after++) {
        if (this.#is(requests[after] as RecordedRequest, step)) break;
        if (!this.#is(requests[after] as RecordedRequest, wanted)) continue;
        put(after, wanted++);
        i = after;
      }
      from = i + 1;
    }
    return { requests: changed, steps };
  }

  /** Where a session logs in, its recorded logins being known. @param kept what is sent of it */
  place(kept: readonly RecordedRequest[], steps: ReadonlyMap<RecordedRequest, number>): PlacedLogins {
    const places = kept.flatMap((request, i) => {
      const step = steps.get(request);
      return step === undefined ? [] : [{ i, step }];
    });
    const added: PlacedLogins['added'] = [];
    const givers: PlacedLogins['givers'] = new Map();
    let logins = 0;
    let complete = Number.POSITIVE_INFINITY;
    for (const [number, { i, step }] of places.entries()) {
      const before = places[number - 1];
      const goesOn = before !== undefined && before.step < step;
      if (!goesOn) logins++;
      const missing = range(goesOn ? before.step + 1 : 0, step);
      if (missing.length > 0) added.push({ before: i, steps: missing });
      const after = places[number + 1];
      for (let later = i + 1; later <= (after?.i ?? kept.length - 1); later++) givers.set(later, [i]);
      if (after !== undefined && after.step > step) continue;
      complete = Math.min(complete, i + 1);
      const rest = range(step + 1, this.#steps.length);
      if (rest.length > 0 && i + 1 < kept.length) added.push({ before: i + 1, steps: rest });
    }
    const needs = this.#firstInNeed(kept, places[0]?.i ?? Number.POSITIVE_INFINITY);
    if (needs >= 0) added.unshift({ before: needs, steps: range(0, this.#steps.length) });
    return {
      ...{ added, givers, logins },
      recorded: new Map(places.map(({ i, step }) => [i, step])),
      fromRequest: needs >= 0 ? needs : complete,
    };
  }

  /** What is sent for the added logins of a session. @param due of its requests, and what each waits for */
  added(places: PlacedLogins['added'], requests: readonly PlannedRequest[]): AddedLogin[] {
    return places.map(({ before, steps }) => {
      const dueMs = Math.max(
        requests[before - 1]?.dueMs ?? Number.NEGATIVE_INFINITY,
        (requests[before]?.dueMs ?? 0) - loginLeadMs,
      );
      return { before, steps: steps.map((step) => this.#planned(step, dueMs)) };
    });
  }

  /** What is taken from the answer to a recorded request that is this step, and what it must bring about. */
  of(step: number): { extract: Extraction[]; success: LoginSuccess } {
    const { extract = [], success = { status: [] } } = this.#steps[step] ?? {};
    return { extract, success };
  }

  /** Which step a recorded request is that sent credentials, and was not refused; −1 for none. */
  #credentialStep(request: RecordedRequest): number {
    if ((request.status ?? 0) >= 400) return -1;
    return this.#steps.findIndex(({ method }, step) => !asksOnly.has(method) && this.#is(request, step));
  }

  #is({ method, path, origin }: RecordedRequest, step: number): boolean {
    const wanted = this.#steps[step] as Step;
    if (method !== wanted.method || pathOf(path) !== pathOf(wanted.path)) return false;
    const destination = this.#targets.destination(origin);
    return typeof destination !== 'string' && destination.target === wanted.target;
  }

  #filled(request: RecordedRequest, { body, headers, path }: Step): RecordedRequest {
    const own = new Set([...headers.map(([name]) => name), ...(body === undefined ? [] : ['content-type'])]);
    const { body: _, headers: before = [], ...rest } = request;
    return {
      ...rest,
      // A placeholder is in the step's path only.
      ...(path.includes('__sd') ? { path } : {}),
      headers: [...before.filter(([name]) => !own.has(name.toLowerCase())), ...headers],
      ...(body === undefined ? {} : { body }),
    };
  }

  #planned(number: number, dueMs: number): AddedLogin['steps'][number] {
    const { method, target, prefix, path, headers, body, extract, success } = this.#steps[number] as Step;
    const sent = this.#sent({ offsetMs: 0, method, origin: '', path, route: '', headers, ...(body && { body }) });
    return {
      ...{ dueMs, method, target, route: 0, after: -1, expectedStatus: 0 },
      path: prefix + safePath(path),
      ...(sent.size === 0 ? {} : { headers: [...sent] }),
      ...(body === undefined ? {} : { body }),
      ...(extract.length === 0 ? {} : { extract }),
      login: { step: number, success },
    };
  }

  /** The first request that needs a login before it; −1 for none. @param own where the session logs in by itself */
  #firstInNeed(kept: readonly RecordedRequest[], own: number): number {
    const all = this.#routes.includes('*');
    // What comes before a recorded login was asked by somebody who was not logged in yet.
    if (all && own < kept.length) return -1;
    return kept.findIndex(
      ({ method, route, status = 0 }, i) =>
        i < own && !refused.has(status) && this.#routes.some((wanted) => matchesRoute(wanted, method, route)),
    );
  }
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
