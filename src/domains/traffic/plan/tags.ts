import { z } from 'zod';
import type { ResolvedConfig } from '../../../model/config.ts';
import { ShakedownError } from '../../../model/error.ts';
import { tagsOf } from '../../../model/objective.ts';
import { decodePercent } from '../../../model/percent-encoding.ts';
import type { Tag, TaggedRequests } from '../../../model/plan.ts';
import type { RecordedRequest } from '../../../model/traffic.ts';

const name = z.string().min(1);

/** Where the value of a tag stands in a recorded request. */
export const tagSourceSchema = z.union([
  z.strictObject({ header: name.describe('Name of the header.') }),
  z.strictObject({ cookie: name.describe('Name of the cookie.') }),
  z.strictObject({ query: name.describe('Name of the parameter in the query.') }),
  z.strictObject({ path: z.int().min(1).max(50).describe('Part of the path: of `/acme/orders`, 1 is `acme`.') }),
]);

export type TagSource = z.output<typeof tagSourceSchema>;

export interface TagRules {
  /** By the name of the tag. */
  sources: Readonly<Record<string, TagSource>>;
  /** Tags that objectives name; no others are counted. */
  wanted: readonly Tag[];
}

/** What a run's objectives name, and where it is read from. */
export function tagRules({ traffic, objectives }: Pick<ResolvedConfig, 'traffic' | 'objectives'>): TagRules {
  // Runs of earlier versions that go on have none.
  return { sources: traffic.tags ?? {}, wanted: Object.values(objectives ?? {}).flatMap(tagsOf) };
}

/** A sample has 16 bits for route and group together. */
const groupsAtMost = 30_000;

/** Sorts requests into groups: those of one route that have the same of the tags that objectives name. */
export class TagGroups {
  readonly #sources: TagRules['sources'];
  readonly #tags: TaggedRequests['tags'];
  readonly #groups: TaggedRequests['groups'] = [];
  readonly #places = new Map<string, number>();

  constructor({ sources, wanted }: TagRules) {
    this.#sources = sources;
    const each = new Map(wanted.map((tag) => [`${tag.name}:${tag.value}`, tag]));
    this.#tags = [...each.values()].map(({ name, value }) => ({ name, value, requests: 0, otherwise: 0 }));
  }

  /** Of what was sorted so far, counted where that was asked for; undefined: objectives name no tag. */
  get tagged(): TaggedRequests | undefined {
    return this.#tags.length === 0 ? undefined : { tags: this.#tags, groups: this.#groups };
  }

  /**
   * @param requests of a session as recorded, and the plan's index of the route of each
   * @param counts whether they are counted: a recording is read more than once
   * @returns the group of each, −1: in none; undefined: none is in any
   * @throws ShakedownError PLAN_OPTIONS for more groups than can be told apart
   */
  of(requests: readonly RecordedRequest[], routes: readonly number[], counts: boolean): number[] | undefined {
    if (this.#tags.length === 0) return undefined;
    const groups = requests.map((request, i) => this.#group(request, routes[i] ?? 0, counts));
    return groups.some((group) => group >= 0) ? groups : undefined;
  }

  #group(request: RecordedRequest, route: number, counts: boolean): number {
    const values = new Map<string, string | undefined>();
    const has: number[] = [];
    for (const [place, tag] of this.#tags.entries()) {
      const source = this.#sources[tag.name];
      if (!values.has(tag.name)) values.set(tag.name, source === undefined ? undefined : tagValue(request, source));
      const value = values.get(tag.name);
      if (value === tag.value) has.push(place);
      if (!counts || value === undefined) continue;
      if (value === tag.value) tag.requests++;
      else tag.otherwise++;
    }
    if (has.length === 0) return -1;
    const key = `${route} ${has.join()}`;
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    if (this.#groups.length === groupsAtMost)
      throw new ShakedownError('PLAN_OPTIONS', 'objectives name more tags of more routes than can be counted apart', {
        hint: `Routes and tags together may make ${groupsAtMost} groups: name fewer tags.`,
      });
    this.#places.set(key, this.#groups.length);
    return this.#groups.push({ route, tags: has }) - 1;
  }
}

/** undefined: it has none. */
function tagValue({ headers = [], path }: RecordedRequest, source: TagSource): string | undefined {
  if ('path' in source) {
    const part = path.split(/[?#]/, 1)[0]?.split('/')[source.path];
    return part === undefined || part === '' ? undefined : decodePercent(part);
  }
  if ('query' in source) {
    const cut = path.indexOf('?');
    return cut < 0 ? undefined : (new URLSearchParams(path.slice(cut + 1)).get(source.query) ?? undefined);
  }
  if ('header' in source) {
    const wanted = source.header.toLowerCase();
    return headers.find(([name]) => name.toLowerCase() === wanted)?.[1].trim();
  }
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== 'cookie') continue;
    for (const pair of value.split(';')) {
      const equals = pair.indexOf('=');
      if (equals > 0 && pair.slice(0, equals).trim() === source.cookie) return pair.slice(equals + 1).trim();
    }
  }
  return undefined;
}
