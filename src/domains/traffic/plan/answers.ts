import type { BodyShape, ExpectedAnswers, RecordedAnswer } from '../../../model/plan.ts';
import type { RecordedRequest } from '../../../model/traffic.ts';
import { isPublicText } from '../anonymize/public-words.ts';
import { codingOf, unpack } from '../anonymize/walk/packed.ts';
import {
  type BodyFeatures,
  foreignFeatures,
  hasLandmarks,
  jsonFeatures,
  pageFeatures,
  signs,
} from '../body-features.ts';
import { locationShape } from '../location-shape.ts';
import { hash32 } from './random.ts';

/** Bodies of a route that are read: enough for what one in a hundred lacks. */
const bodiesRead = 300;
/** Of fewer nothing is said about a route. */
const bodiesAtLeast = 20;
const sizesKept = 2000;
/** Share of the bodies that have what is called common to them. */
const common = 0.95;
const featuresAtMost = 64;
/** As bodyAtMost in load/k6/replay/answers.go: of answers as large as this no body is read. */
const bodyAtMost = 2 ** 19;
/** Logs may count headers: a smaller answer may have had no body. */
const surelyFilledBytes = 1024;

/** A content type without what may differ between two that mean the same; load/k6/replay/answers.go and load/k6/session.js do the same. */
function answerKind(contentType: string): string {
  const kind = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (kind.includes('json')) return 'json';
  if (kind.includes('html')) return 'html';
  if (kind.includes('xml') && !kind.startsWith('image/')) return 'xml';
  return kind;
}

/** What a recording knows of the answer to a request; undefined where that is nothing that one of now can be held against. */
export function recordedAnswer(request: RecordedRequest): RecordedAnswer | undefined {
  const { method, status = 0, responseBytes = 0, response } = request;
  if (method === 'HEAD' || status < 200 || status > 299 || status === 204 || status === 205 || status === 206)
    return undefined;
  const body = response?.body;
  const type = body?.mime || response?.headers?.find(([name]) => name === 'content-type')?.[1] || '';
  const kind = answerKind(type);
  const hasText = body !== undefined && body.data !== '';
  const answer: RecordedAnswer = {
    kind,
    filled: hasText || responseBytes > surelyFilledBytes || (type !== '' && responseBytes > 0),
    shaped: hasText && body.data.length <= bodyAtMost && (kind === 'json' || kind === 'html'),
  };
  return answer.kind === '' && !answer.filled ? undefined : answer;
}

interface RouteAnswers {
  kinds: Set<string>;
  answers: number;
  bodies: number;
  read: (BodyFeatures | undefined)[];
  sized: number;
  sizes: number[];
  redirects: Map<string, number>;
}

const none = (): RouteAnswers => {
  return { kinds: new Set(), answers: 0, bodies: 0, read: [], sized: 0, sizes: [], redirects: new Map() };
};
/** Fewer redirects say little of where they lead, and more places say nothing. */
const redirectsAtLeast = 10;
const placesAtMost = 20;

/** What the recorded answers of each route have in common. */
export class AnswerShapes {
  readonly #routes: RouteAnswers[] = [];
  readonly #keeps: (key: string) => boolean;

  /** @param isAnonymized keys that are not public words may be replaced ones */
  constructor(isAnonymized: boolean) {
    this.#keeps = isAnonymized ? isPublicText : () => true;
  }

  /** @param answer undefined where an answer of now can be held against nothing of it but, perhaps, its size or where it leads */
  add(route: number, request: RecordedRequest, answer: RecordedAnswer | undefined): void {
    const { status = 0, responseBytes = 0, response, path } = request;
    const location = isRedirect(status)
      ? response?.headers?.find(([name]) => name.toLowerCase() === 'location')?.[1]
      : undefined;
    const isSized = status >= 200 && status < 300 && responseBytes > 0;
    if (answer === undefined && location === undefined && !isSized) return;
    const known = this.#routes[route] ?? none();
    this.#routes[route] = known;
    if (location !== undefined) {
      const shape = locationShape(location, path);
      known.redirects.set(shape, (known.redirects.get(shape) ?? 0) + 1);
    }
    if (isSized) keepSome(known.sizes, sizesKept, known.sized++, route, () => responseBytes);
    if (answer === undefined) return;
    known.answers++;
    if (answer.kind !== '') known.kinds.add(answer.kind);
    if (answer.shaped) keepSome(known.read, bodiesRead, known.bodies++, route, () => this.#features(request, answer));
  }

  #features({ response }: RecordedRequest, { kind }: RecordedAnswer): BodyFeatures | undefined {
    const body = response?.body;
    if (body === undefined) return undefined;
    let text = body.data;
    if (body.encoding === 'base64') {
      const bytes = Buffer.from(body.data, 'base64');
      const coding = codingOf(response?.headers, bytes);
      const opened = coding === undefined ? undefined : unpack(bytes, coding);
      if (opened === undefined) return undefined;
      text = opened.toString('utf8');
    }
    if (text.length > bodyAtMost) return undefined;
    return kind === 'json' ? jsonFeatures(text, this.#keeps) : pageFeatures(text);
  }

  /** By route; undefined where nothing is known. */
  expected(): (ExpectedAnswers | undefined)[] {
    return this.#routes.map(({ answers, read, sizes, kinds, redirects }) => {
      const bodies = read.filter((found) => found !== undefined);
      sizes.sort((a, b) => a - b);
      const at = (share: number) => sizes[Math.floor(share * (sizes.length - 1))] ?? 0;
      const shape = kinds.size > 1 ? undefined : shapeOf(bodies);
      return {
        answers,
        kinds: [...kinds].sort(),
        ...(sizes.length < bodiesAtLeast ? {} : { bytes: { p10: at(0.1), p50: at(0.5), p90: at(0.9) } }),
        ...(shape === undefined ? {} : { shape }),
        ...redirectsOf(redirects),
      };
    });
  }
}

const isRedirect = (status: number) => status >= 300 && status < 400 && status !== 304;

function redirectsOf(places: ReadonlyMap<string, number>): Pick<ExpectedAnswers, 'redirects'> {
  const count = [...places.values()].reduce((sum, one) => sum + one, 0);
  if (count < redirectsAtLeast || places.size > placesAtMost) return {};
  return { redirects: { count, to: [...places.keys()].sort() } };
}

/** What bodies of one kind have in common; undefined where that is nothing, or they are too few. */
export function shapeOf(bodies: readonly BodyFeatures[]): BodyShape | undefined {
  if (bodies.length < bodiesAtLeast) return undefined;
  const core = commonOf(bodies.map((body) => body.core));
  const content = commonOf(bodies.map((body) => body.content)).filter((one) => !core.includes(one));
  if (core.length + content.length === 0) return undefined;
  const never = (feature: number) => bodies.every((body) => !body.content.has(feature));
  // A page that was reduced to its fields and links shows of no field that it was not there.
  const foreign = [
    ...(never(foreignFeatures.jsonError) ? [foreignFeatures.jsonError] : []),
    ...(never(foreignFeatures.passwordField) && bodies.some(hasLandmarks) ? [foreignFeatures.passwordField] : []),
  ];
  const isLike = (body: BodyFeatures) =>
    [...core, ...content].every((one) => body.core.has(one) || body.content.has(one));
  return { bodies: bodies.length, unlike: bodies.filter((body) => !isLike(body)).length, core, content, foreign };
}

const noFeatures: ReadonlySet<number> = new Set([...Object.values(foreignFeatures), ...Object.values(signs)]);

function commonOf(sets: readonly ReadonlySet<number>[]): number[] {
  const counts = new Map<number, number>();
  for (const set of sets) for (const one of set) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts]
    .filter(([feature, count]) => count >= common * sets.length && !noFeatures.has(feature))
    .map(([feature]) => feature)
    .sort((a, b) => a - b)
    .slice(0, featuresAtMost);
}

/** An even sample of what comes, the same each time. @param number how many came before */
function keepSome<T>(kept: T[], atMost: number, number: number, seed: number, make: () => T): void {
  if (kept.length < atMost) {
    kept.push(make());
    return;
  }
  const place = hash32(seed, number, 0xa5) % (number + 1);
  if (place < atMost) kept[place] = make();
}
