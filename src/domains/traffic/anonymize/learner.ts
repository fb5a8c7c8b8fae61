import { type SessionBatch, sessionsOf } from '../batches.ts';
import { identityOf } from './clients.ts';
import { email } from './detectors/email.ts';
import { holdsGivenName } from './detectors/person-name.ts';
import { phone } from './detectors/phone.ts';
import { detect, holdsDetected } from './detectors/table.ts';
import { type Field, FieldTree, Places } from './field.ts';
import { isAsset } from './files.ts';
import { isOpaque } from './pseudonyms/identifier.ts';
import { orderOf, routesOf } from './rare.ts';
import type { RouteIndex } from './routes.ts';
import type { AnonymizeRules } from './rules.ts';
import type { Structure } from './structure.ts';
import type { TextHash } from './text-hash.ts';
import { ThingWords } from './thing-words.ts';
import { longestSegment, longestWord, placeOf } from './vocabulary.ts';
import type { Engine } from './walk/engine.ts';
import { Nested } from './walk/nested.ts';
import { rewriteSession } from './walk/session.ts';
import { Words } from './words.ts';

const longestRemembered = 120;
const longestAsset = 500;

/** A place that values of a batch stand at. */
interface LearnedPlace {
  /** Position in the list of routes. */
  tree: number;
  /** Position in the list of places; -1 for a root. */
  parent: number;
  step: string;
  isElement: boolean;
  isOfData: boolean;
  personal: boolean;
  observed: number;
  aboutPerson: boolean;
}

/** What is learned from one batch of sessions; hashes only, but for the names of places, routes and files. */
export interface LearnedBatch {
  sessions: number;
  /** Of each session: client, user, other. */
  identities: Uint32Array;
  /** Of each session: requests, and the hash of their order. */
  orders: Uint32Array;
  /** Method and route, and how many sessions used it. */
  routes: [route: string, sessions: number][];
  trees: [method: string, route: string][];
  places: LearnedPlace[];
  /** Each sighting: place (see `placeOf`), hash of the value, session. */
  notes: Uint32Array;
  things: Uint32Array;
  /** Paths of files. */
  assets: string[];
}

const isContact = (value: string) =>
  value.length <= 120 &&
  (value.includes('@') || value.startsWith('+')) &&
  (email.matches(value) || phone.matches(value));

/** What learning needs to know; the same for all batches. */
interface Lesson {
  routes: RouteIndex;
  rules: AnonymizeRules;
  structure: Structure;
  /** Of the key, so that the same key finds the same vocabulary. */
  hash: TextHash;
}

/** The first pass: the same walk, and nothing changes; it notes what may be shared, batch by batch. */
export class Learner implements Engine {
  readonly routes: RouteIndex;
  readonly #lesson: Lesson;
  readonly #nested = new Nested();
  readonly #eligible = new Map<string, boolean>();
  readonly #known: ThingWords;
  readonly #knownAssets = new Set<string>();
  readonly #notes = new Words();
  readonly #things = new Words();
  #assets: string[] = [];
  #places = new Places();
  #trees = new Map<string, FieldTree>();
  #session = 0;

  constructor(lesson: Lesson) {
    this.#lesson = lesson;
    this.routes = lesson.routes;
    this.#known = new ThingWords(lesson.hash);
  }

  /**
   * Places are counted from anew in each batch, so that what is learned of it does not depend on those that this learner saw before.
   * @throws ShakedownError TRAFFIC_FORMAT when a line is damaged
   */
  learn(batch: SessionBatch): LearnedBatch {
    const { hash } = this.#lesson;
    const identities = new Words();
    const orders = new Words();
    const routes = new Map<string, number>();
    this.#session = 0;
    for (const session of sessionsOf(batch)) {
      const { client, user, other } = identityOf(session, hash);
      identities.push3(client, user, other);
      rewriteSession(session, session.id, this);
      const { lo, hi } = orderOf(session, hash);
      orders.push3(session.requests.length, lo, hi);
      for (const route of routesOf(session)) routes.set(route, (routes.get(route) ?? 0) + 1);
      this.#session++;
    }
    const trees = [...this.#trees.values()];
    const learned: LearnedBatch = {
      sessions: this.#session,
      identities: identities.take(),
      orders: orders.take(),
      routes: [...routes],
      trees: trees.map(({ method, route }) => [method, route]),
      places: this.#places.all.map((field) => ({
        tree: trees.indexOf(field.tree),
        parent: field.parent?.number ?? -1,
        step: field.step,
        isElement: field.isElement,
        isOfData: field.isOfData,
        personal: field.personal,
        observed: field.observed,
        aboutPerson: field.aboutPerson,
      })),
      notes: this.#notes.take(),
      things: this.#things.take(),
      assets: this.#assets,
    };
    this.#assets = [];
    this.#trees = new Map();
    this.#places = new Places();
    return learned;
  }

  fields(method: string, route: string): FieldTree {
    const name = `${method} ${route}`;
    let tree = this.#trees.get(name);
    if (tree === undefined) {
      const { rules, structure } = this.#lesson;
      tree = new FieldTree(method, route, rules, this.#places, structure);
      this.#trees.set(name, tree);
    }
    return tree;
  }

  value(field: Field, text: string, isNumber = false): string {
    if (text === '') return text;
    // What a rule replaces by a pseudonym stands for a thing too.
    if (field.action !== undefined) {
      if (field.namesThing) this.#learnThing(text);
      return text;
    }
    if (isNumber || this.#nested.rewrite(text, field, this) === undefined) {
      this.#learn(field, text);
      if (field.namesThing) this.#learnThing(text);
    }
    return text;
  }

  segment(text: string, _before: string, field: () => Field): string {
    const place = field();
    if (text === '' || place.action !== undefined) return text;
    if (text.length <= longestSegment && this.#couldBeSegment(text)) this.#note(placeOf.segment, text);
    // Should it not stay, it is a value, and may hold others.
    if (this.#nested.rewrite(text, place, this) === undefined) this.#learnThing(text);
    return text;
  }

  path(pathname: string): boolean {
    if (isAsset(pathname) && pathname.length < longestAsset && !this.#knownAssets.has(pathname)) {
      if (this.#knownAssets.size < 50_000) this.#knownAssets.add(pathname);
      this.#assets.push(pathname);
    }
    return false;
  }

  name(field: Field, name: string): void {
    if (field.lastSession === this.#session) return;
    field.lastSession = this.#session;
    this.#note(placeOf.name, name);
  }

  dataName(field: Field, name: string): string {
    this.value(field, name);
    return name;
  }

  structure(): void {}

  host(_field: Field, host: string): string {
    return host;
  }

  bytes(_field: Field, data: Buffer): Buffer {
    return data;
  }

  note(): void {}

  #learn(field: Field, value: string): void {
    field.observed++;
    if (field.parent !== undefined && isContact(value)) field.parent.aboutPerson = true;
    if (!field.personal && this.#couldBeWord(value)) this.#note(placeOf.firstField + field.number, value);
  }

  #note(place: number, text: string): void {
    const { lo, hi } = this.#lesson.hash.of(text);
    this.#notes.push4(place, lo, hi, this.#session);
  }

  #learnThing(word: string): void {
    const { hash } = this.#lesson;
    if (this.#known.learn(word)) this.#things.push2(hash.lo, hash.hi);
  }

  /** The name of an asset may hold a digest, which looks like a token; k clients have it all the same. */
  #couldBeSegment(segment: string): boolean {
    return isAsset(segment)
      ? detect(segment) === undefined && !holdsDetected(segment) && !holdsGivenName(segment)
      : this.#couldBeWord(segment);
  }

  #couldBeWord(value: string): boolean {
    if (value.length === 0 || value.length > longestWord) return false;
    const known = this.#eligible.get(value);
    if (known !== undefined) return known;
    const could = detect(value) === undefined && !holdsDetected(value) && !holdsGivenName(value) && !isOpaque(value);
    if (value.length > longestRemembered) return could;
    if (this.#eligible.size >= 50_000) this.#eligible.clear();
    this.#eligible.set(value, could);
    return could;
  }
}
