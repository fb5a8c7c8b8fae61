import type { Field, FieldTree } from './field.ts';
import type { RouteIndex } from './routes.ts';
import type { Structure } from './structure.ts';
import type { ThingWords } from './thing-words.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Engine } from './walk/engine.ts';
import { Nested } from './walk/nested.ts';
import type { Workshop } from './workshop.ts';

/** The first pass: the same walk, and nothing changes; it counts what is shared. */
export class Learner implements Engine {
  readonly routes: RouteIndex;
  readonly fields: (method: string, route: string) => FieldTree;
  readonly #vocabulary: Vocabulary;
  readonly #things: ThingWords;
  readonly #structure: Structure;
  readonly #nested = new Nested();

  constructor({ routes, fields, vocabulary, things, structure }: Workshop) {
    this.routes = routes;
    this.fields = fields;
    this.#vocabulary = vocabulary;
    this.#things = things;
    this.#structure = structure;
  }

  value(field: Field, text: string, isNumber = false): string {
    if (text === '' || field.action !== undefined) return text;
    if (isNumber || this.#nested.rewrite(text, field, this) === undefined) {
      this.#vocabulary.learn(field, text);
      if (field.namesThing) this.#things.learn(text);
    }
    return text;
  }

  segment(text: string, _before: string, field: () => Field): string {
    const place = field();
    if (text === '' || place.action !== undefined) return text;
    this.#vocabulary.meetSegment(text);
    // Should it not stay, it is a value, and may hold others.
    if (this.#nested.rewrite(text, place, this) === undefined) this.#things.learn(text);
    return text;
  }

  path(pathname: string): boolean {
    this.#structure.meetPath(pathname);
    return false;
  }

  name(field: Field, name: string): void {
    this.#vocabulary.meetName(field, name);
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
}
