import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RecordingManifest } from '../../../model/traffic.ts';
import { FieldTree } from './field.ts';
import { createKeyed, type Keyed } from './keyed.ts';
import type { AnonymizeOptions } from './options.ts';
import { PathCounts } from './path-counts.ts';
import { Dates } from './pseudonyms/date.ts';
import { RareSessions } from './rare.ts';
import { RouteIndex } from './routes.ts';
import type { AnonymizeRules } from './rules.ts';
import { Structure } from './structure.ts';
import { TextHash } from './text-hash.ts';
import { ThingWords } from './thing-words.ts';
import { Traces } from './traces.ts';
import { Vocabulary } from './vocabulary.ts';

const defaultK = 10;
const defaultTracesInMemory = 4_000_000;

/** What the passes over one recording share. */
export interface Workshop {
  keyed: Keyed;
  /** Milliseconds since 1970; null when the recording has no absolute times. */
  startedAtMs: number | null;
  dates: Dates;
  traces: Traces;
  vocabulary: Vocabulary;
  structure: Structure;
  things: ThingWords;
  paths: PathCounts;
  routes: RouteIndex;
  rare: RareSessions;
  fields(method: string, route: string): FieldTree;
  trees(): Iterable<FieldTree>;
  /** Runs with a tree of its own for the route, to which no rule applies and which leaves no counts. */
  apart<T>(method: string, route: string, work: () => T): T;
}

export function prepare(options: AnonymizeOptions, manifest: RecordingManifest): Workshop {
  const keyed = createKeyed(options.key ?? randomBytes(32));
  const rules: AnonymizeRules = options.rules ?? { rules: [] };
  const parsed = manifest.startedAt === null ? Number.NaN : Date.parse(manifest.startedAt);
  const startedAtMs = Number.isNaN(parsed) ? null : parsed;
  const traces = new Traces(join(options.to, 'traces.part'), options.mostTracesInMemory ?? defaultTracesInMemory);
  const trees = new Map<string, FieldTree>();
  const budget = { fields: 0 };
  // Of the key, so that the same key finds the same vocabulary; that of the traces is not, for it is written to disk.
  const hash = new TextHash(keyed.mac('vocabulary hash', ''));
  const vocabulary = new Vocabulary(rules.k ?? defaultK, hash);
  const structure = new Structure(vocabulary, rules);
  return {
    keyed,
    startedAtMs,
    dates: new Dates(keyed, startedAtMs),
    traces,
    vocabulary,
    structure,
    paths: new PathCounts(),
    things: new ThingWords(hash),
    routes: new RouteIndex(manifest.routes.map(({ route }) => route)),
    rare: new RareSessions(hash),
    fields(method, route) {
      const name = `${method} ${route}`;
      let tree = trees.get(name);
      if (tree === undefined) {
        tree = new FieldTree(method, route, rules, budget, structure);
        trees.set(name, tree);
      }
      return tree;
    },
    trees: () => trees.values(),
    apart(method, route, work) {
      const name = `${method} ${route}`;
      trees.set(name, new FieldTree(method, route, { rules: [] }, budget, structure));
      const result = work();
      trees.delete(name);
      for (const tree of trees.values()) for (const field of tree.all()) field.counts.clear();
      return result;
    },
  };
}
