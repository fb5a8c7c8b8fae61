import type { Field, FieldTree } from './field.ts';
import type { RouteIndex } from './routes.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Engine } from './walk/engine.ts';
import { Nested } from './walk/nested.ts';

/** The first pass: the same walk, and nothing changes; it counts what is shared. */
export class Learner implements Engine {
  readonly routes: RouteIndex;
  readonly fields: (method: string, route: string) => FieldTree;
  readonly #vocabulary: Vocabulary;
  readonly #nested = new Nested();

  constructor(routes: RouteIndex, fields: (method: string, route: string) => FieldTree, vocabulary: Vocabulary) {
    this.routes = routes;
    this.fields = fields;
    this.#vocabulary = vocabulary;
  }

  value(field: Field, text: string, isNumber = false): string {
    if (text === '' || field.action !== undefined) return text;
    if (isNumber || this.#nested.rewrite(text, field, this) === undefined) this.#vocabulary.learn(field, text);
    return text;
  }

  name(field: Field): void {
    this.#vocabulary.meetName(field);
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
