import type { RouteCount } from '../../../model/traffic.ts';
import { compileRouteRules, type RouteRule } from './route-rules.ts';
import { isFile, isSlugLike, placeholderOf, segmentsOf } from './route-segments.ts';

const maxDepth = 12;
const maxChildren = 400;
const maxNodes = 30_000;
const maxMethods = 16;
/** More names than this at one place are values, not structure; fewer are enough where there are too many routes. */
const manySlugs = 12;
const manyNames = 30;
const manyFiles = 30;
/** A name with at least this share of its parent's requests is structure, however many others stand beside it. */
const keptShare = 0.01;
const keptSlugShare = 0.1;
/** So is a file with this share of all requests, if it is asked for twice as often as those beside it: a site's style sheet. */
const keptFileShare = 0.01;
/** Where names too rare to be kept went while the paths were learned. */
const rest = '*';
const other = '(other)';

interface Node {
  count: number;
  children: Map<string, Node>;
  /** Requests that end here, by method. */
  ends: Map<string, number>;
}

function emptyNode(): Node {
  return { count: 0, children: new Map(), ends: new Map() };
}

function mergeInto(target: Node, source: Node): void {
  target.count += source.count;
  for (const [method, count] of source.ends) target.ends.set(method, (target.ends.get(method) ?? 0) + count);
  for (const [name, child] of source.children) {
    const known = target.children.get(name);
    if (known === undefined) target.children.set(name, child);
    else mergeInto(known, child);
  }
}

/** Names and placeholders of a node, distinguished by their first character; no path segment starts with a bare `:` placeholder. */
function isName(key: string): boolean {
  return key !== rest && !key.startsWith(':');
}

/**
 * Learns route templates (`/products/:id`) from paths, in bounded memory: a tree of segments in which values are recognised
 * by their form or, where too many different names follow one parent, by their number. `learn` every path, then `settle`,
 * then ask `routeOf`.
 */
export class RouteLearner {
  readonly #maxRoutes: number;
  readonly #rule: (segments: readonly string[]) => string | undefined;
  #root = emptyNode();
  #nodes = 1;
  readonly #ruled = new Map<string, number>();
  #routes: RouteCount[] = [];
  #kept = new Set<string>();
  readonly #overflow: RouteCount[] = [];
  readonly #cache = new Map<string, string>();

  constructor(maxRoutes: number, rules: readonly RouteRule[]) {
    this.#maxRoutes = maxRoutes;
    this.#rule = compileRouteRules(rules);
  }

  learn(method: string, path: string): void {
    const segments = segmentsOf(path);
    const ruled = this.#rule(segments);
    if (ruled !== undefined) {
      const key = `${method} ${ruled}`;
      this.#ruled.set(key, (this.#ruled.get(key) ?? 0) + 1);
      return;
    }
    let node = this.#root;
    node.count++;
    for (let depth = 0; depth < segments.length; depth++) {
      node = this.#descend(node, depth === maxDepth ? rest : keyOf(segments[depth] ?? ''));
      node.count++;
      if (depth === maxDepth) break;
    }
    if (node.ends.has(method) || node.ends.size < maxMethods) node.ends.set(method, (node.ends.get(method) ?? 0) + 1);
    if (this.#nodes > maxNodes) this.#prune();
  }

  /** Decides the templates and which of them are kept. */
  settle(): void {
    let all: RouteCount[] = [];
    for (const scale of [1, 0.5, 0.25, 0.125]) {
      settleNode(this.#root, scale, this.#root.count * keptFileShare);
      all = [];
      collect(this.#root, '', all);
      if (all.length + this.#ruled.size <= this.#maxRoutes) break;
    }
    for (const [key, requests] of this.#ruled) {
      const space = key.indexOf(' ');
      all.push({ method: key.slice(0, space), route: key.slice(space + 1), requests });
    }
    all.sort(
      (a, b) =>
        b.requests - a.requests || (a.route < b.route ? -1 : a.route > b.route ? 1 : a.method < b.method ? -1 : 1),
    );
    this.#routes = all.slice(0, this.#maxRoutes);
    this.#kept = new Set(this.#routes.map(({ method, route }) => `${method} ${route}`));
    this.#overflow.push(...all.slice(this.#maxRoutes));
  }

  /** The template of a path; `(other)` past the cap. */
  routeOf(method: string, path: string): string {
    const query = path.indexOf('?');
    const key = `${method} ${query < 0 ? path : path.slice(0, query)}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const segments = segmentsOf(path);
    const template = this.#rule(segments) ?? this.#templateOf(segments);
    const route = this.#kept.has(`${method} ${template}`) ? template : other;
    if (this.#cache.size >= 5000) this.#cache.clear();
    if (key.length < 500) this.#cache.set(key, route);
    return route;
  }

  get overflow(): { routes: number; requests: number; first: string[] } {
    return {
      routes: this.#overflow.length,
      requests: this.#overflow.reduce((sum, { requests }) => sum + requests, 0),
      first: this.#overflow.slice(0, 5).map(({ method, route }) => `${method} ${route}`),
    };
  }

  #descend(node: Node, key: string): Node {
    const known = node.children.get(key);
    if (known !== undefined) return known;
    if (isName(key) && node.children.size >= maxChildren) this.#thin(node);
    const child = emptyNode();
    // The key may be a slice of a large text: a copy lets that text go.
    node.children.set(Buffer.from(key).toString(), child);
    this.#nodes++;
    return child;
  }

  /** Moves the rarer half of a node's names to `*`. */
  #thin(node: Node): void {
    const names = [...node.children].filter(([key]) => isName(key)).sort((a, b) => a[1].count - b[1].count);
    const into = node.children.get(rest) ?? emptyNode();
    node.children.set(rest, into);
    for (const [key, child] of names.slice(0, names.length >> 1)) {
      node.children.delete(key);
      mergeInto(into, child);
    }
  }

  #prune(): void {
    for (let least = 2; ; least *= 2) {
      pruneBelow(this.#root, least);
      this.#nodes = countNodes(this.#root);
      if (this.#nodes < maxNodes / 2 || least > this.#root.count) return;
    }
  }

  #templateOf(segments: readonly string[]): string {
    let node: Node | undefined = this.#root;
    let template = '';
    for (let depth = 0; depth < segments.length; depth++) {
      const segment = segments[depth] ?? '';
      const key: string = depth === maxDepth ? rest : keyOf(segment);
      let next: Node | undefined = node?.children.get(key);
      let shown = key;
      if (next === undefined && isName(key)) {
        for (shown of isFile(segment) ? [':file', ':slug'] : [':slug', ':file']) {
          next = node?.children.get(shown);
          if (next !== undefined) break;
        }
      }
      if (next === undefined) return other;
      node = next;
      template += `/${shown}`;
      if (depth === maxDepth) break;
    }
    return template;
  }
}

/** A segment as it stands in the tree. A literal that looks like a placeholder is a value too. */
function keyOf(segment: string): string {
  return placeholderOf(segment) ?? (segment.startsWith(':') || segment === rest ? ':slug' : segment);
}

function pruneBelow(node: Node, least: number): void {
  let into = node.children.get(rest);
  for (const [key, child] of node.children) {
    if (isName(key) && child.count < least) {
      if (into === undefined) {
        into = emptyNode();
        node.children.set(rest, into);
      }
      node.children.delete(key);
      mergeInto(into, child);
    } else {
      pruneBelow(child, least);
    }
  }
}

function countNodes(node: Node): number {
  let count = 1;
  for (const child of node.children.values()) count += countNodes(child);
  return count;
}

/** Joins names that are values: slugs and files where there are many, and everything that was too rare to be kept. */
function settleNode(node: Node, scale: number, keptFile: number): void {
  const names = [...node.children].filter(([key]) => isName(key));
  const files = names.filter(([key]) => isFile(key));
  const slugs = names.filter(([key]) => !isFile(key) && isSlugLike(key));
  const thinned = node.children.has(rest);
  const manyOfAll = thinned || names.length - files.length > manyNames * scale;
  for (const [key, child] of names) {
    const share = child.count / node.count;
    const file = isFile(key);
    const slug = !file && isSlugLike(key);
    const isValue = file
      ? (thinned || files.length > manyFiles * scale) && (child.count < keptFile || share < 2 / files.length)
      : slug
        ? (manyOfAll || slugs.length > manySlugs * scale) && share < keptSlugShare
        : manyOfAll && share < keptShare / scale;
    if (isValue) move(node, key, child, file ? ':file' : ':slug');
  }
  const rare = node.children.get(rest);
  if (rare !== undefined) move(node, rest, rare, files.length > names.length / 2 ? ':file' : ':slug');
  for (const child of node.children.values()) settleNode(child, scale, keptFile);
}

function move(node: Node, key: string, child: Node, to: string): void {
  node.children.delete(key);
  const into = node.children.get(to) ?? emptyNode();
  node.children.set(to, into);
  mergeInto(into, child);
}

function collect(node: Node, template: string, into: RouteCount[]): void {
  for (const [method, requests] of node.ends) into.push({ method, route: template === '' ? '/' : template, requests });
  for (const [key, child] of node.children) collect(child, `${template}/${key}`, into);
}
