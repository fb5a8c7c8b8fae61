import type { RecordingManifest } from '../../../model/traffic.ts';
import { FieldTree, Places, type TreeState } from './field.ts';
import type { SharedHashSet } from './hash-set.ts';
import { createKeyed, type Keyed } from './keyed.ts';
import type { LearnedBatch } from './learner.ts';
import { Dates } from './pseudonyms/date.ts';
import { RouteIndex } from './routes.ts';
import type { AnonymizeRules } from './rules.ts';
import { Structure } from './structure.ts';
import { TextHash } from './text-hash.ts';
import { ThingWords } from './thing-words.ts';
import { placeOf, Vocabulary } from './vocabulary.ts';

const defaultK = 10;

/** What every thread is given before it begins. */
export interface Settings {
  key: Buffer | string;
  rules: AnonymizeRules;
  /** Milliseconds since 1970; null when the recording has no absolute times. */
  startedAtMs: number | null;
  /** Templates of the recording. */
  routes: readonly string[];
}

/** @param key at least 16 bytes */
export function settingsOf(manifest: RecordingManifest, key: Buffer | string, rules?: AnonymizeRules): Settings {
  const parsed = manifest.startedAt === null ? Number.NaN : Date.parse(manifest.startedAt);
  return {
    key,
    rules: rules ?? { rules: [] },
    startedAtMs: Number.isNaN(parsed) ? null : parsed,
    routes: manifest.routes.map(({ route }) => route),
  };
}

/** What was learned of the whole recording, for the threads that rewrite it. */
export interface Learned {
  vocabulary: SharedHashSet;
  things: SharedHashSet;
  files: readonly string[];
  trees: readonly TreeState[];
}

/** What the passes over one recording share. */
export class Workshop {
  readonly settings: Settings;
  readonly keyed: Keyed;
  readonly dates: Dates;
  /** Of the key, so that the same key finds the same vocabulary; that of the traces is not, for it is written to disk. */
  readonly hash: TextHash;
  readonly vocabulary: Vocabulary;
  readonly structure: Structure;
  readonly things: ThingWords;
  readonly routes: RouteIndex;
  readonly #trees = new Map<string, FieldTree>();
  readonly #places = new Places();

  /** @throws ShakedownError ANONYMIZE_KEY */
  constructor(settings: Settings) {
    const { key, rules, startedAtMs, routes } = settings;
    this.settings = settings;
    this.keyed = createKeyed(key);
    this.dates = new Dates(this.keyed, startedAtMs);
    this.hash = new TextHash(this.keyed.mac('vocabulary hash', ''));
    this.vocabulary = new Vocabulary(rules.k ?? defaultK, this.hash);
    this.structure = new Structure(this.vocabulary, rules);
    this.things = new ThingWords(this.hash);
    this.routes = new RouteIndex(routes);
  }

  fields = (method: string, route: string): FieldTree => {
    const name = `${method} ${route}`;
    let tree = this.#trees.get(name);
    if (tree === undefined) {
      tree = new FieldTree(method, route, this.settings.rules, this.#places, this.structure);
      this.#trees.set(name, tree);
    }
    return tree;
  };

  trees(): Iterable<FieldTree> {
    return this.#trees.values();
  }

  /**
   * Adds what a batch taught. Batches come in the order of the recording, so that the result is the same with any number of threads.
   * @param clients whom each session of the batch belongs to
   */
  add({ trees, places, notes, things, assets }: LearnedBatch, clients: Uint32Array): void {
    const roots = trees.map(([method, route]) => this.fields(method, route));
    const fields = places.map(() => undefined) as (ReturnType<FieldTree['root']> | undefined)[];
    for (const [index, place] of places.entries()) {
      const { tree, parent, step, isElement, isOfData, personal } = place;
      const field =
        parent < 0 ? roots[tree]?.root(step, personal) : fields[parent]?.below(step, isElement, isOfData, personal);
      if (field === undefined) continue;
      fields[index] = field;
      field.observed += place.observed;
      field.aboutPerson ||= place.aboutPerson;
    }
    for (let at = 0; at < notes.length; at += 4) {
      const place = notes[at] ?? 0;
      const client = clients[notes[at + 3] ?? 0] ?? 1;
      const field = place < placeOf.firstField ? undefined : fields[place - placeOf.firstField];
      this.vocabulary.note(place, notes[at + 1] ?? 0, notes[at + 2] ?? 0, client, field);
    }
    for (let at = 0; at < things.length; at += 2) this.things.add(things[at] ?? 0, things[at + 1] ?? 0);
    this.structure.meetAssets(assets);
  }

  /** After everything was learned. */
  settle(): void {
    this.vocabulary.settle(this.#places.all);
    this.structure.settle();
    this.#places.settle();
    for (const tree of this.trees()) tree.settle();
  }

  learned(): Learned {
    return {
      vocabulary: this.vocabulary.share(),
      things: this.things.share(),
      files: [...this.structure.files],
      trees: [...this.trees()].map((tree) => tree.state()),
    };
  }

  /** What another thread learned. */
  restore({ vocabulary, things, files, trees }: Learned): void {
    this.vocabulary.restore(vocabulary);
    this.things.restore(things);
    for (const file of files) this.structure.files.add(file);
    this.structure.settle();
    this.#places.settle();
    for (const tree of trees) this.fields(tree.method, tree.route).restore(tree);
  }

  /** Runs with a tree of its own for the route, to which no rule applies, of paths neither. */
  apart<T>(method: string, route: string, work: () => T): T {
    const name = `${method} ${route}`;
    this.#trees.set(name, new FieldTree(method, route, { rules: [] }, this.#places, this.structure));
    const result = this.structure.withoutPaths(work);
    this.#trees.delete(name);
    return result;
  }
}
