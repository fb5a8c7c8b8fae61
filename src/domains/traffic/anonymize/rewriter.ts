import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { decodePercent } from '../../../model/percent-encoding.ts';
import { detect } from './detectors/table.ts';
import type { Field, FieldTree } from './field.ts';
import type { Keyed } from './keyed.ts';
import { shortName } from './pseudonyms/contact.ts';
import { Pseudonyms } from './pseudonyms/table.ts';
import type { RouteIndex } from './routes.ts';
import type { FieldAction } from './rules.ts';
import type { Structure } from './structure.ts';
import type { Tracing } from './traces.ts';
import { pastKept } from './value-pseudonyms.ts';
import type { Vocabulary } from './vocabulary.ts';
import type { Engine } from './walk/engine.ts';
import { droppedHeader } from './walk/headers.ts';
import { Nested } from './walk/nested.ts';
import { isReadable } from './walk/readable.ts';
import type { Workshop } from './workshop.ts';

/** The second pass: every value becomes its pseudonym, unless a rule or the vocabulary says otherwise. */
export class Rewriter implements Engine {
  readonly routes: RouteIndex;
  readonly fields: (method: string, route: string) => FieldTree;
  readonly #keyed: Keyed;
  readonly #vocabulary: Vocabulary;
  readonly traces: Tracing;
  readonly #pseudonyms: Pseudonyms;
  readonly #nested = new Nested();
  /** Sightings of names that were replaced, or dropped with what they name. */
  namesReplaced = 0;
  readonly #structure: Structure;
  readonly #isThing: (word: string) => boolean;

  constructor({ keyed, dates, routes, fields, vocabulary, structure, things }: Workshop, traces: Tracing) {
    this.#structure = structure;
    this.#isThing = (word) => things.has(word);
    this.routes = routes;
    this.fields = fields;
    this.#keyed = keyed;
    this.#vocabulary = vocabulary;
    this.traces = traces;
    this.#pseudonyms = new Pseudonyms(keyed, dates, (original, made) =>
      traces.replaced(original, made.kind, made.text),
    );
  }

  /** Begins a session. */
  sessionId(id: string): string {
    this.#pseudonyms.begin(id);
    const made = `s${shortName(this.#keyed, 'session', id, 16)}`;
    this.traces.replaced(id, 'session', made);
    return made;
  }

  value(field: Field, text: string, isNumber = false): string | null {
    if (text === '') return text;
    const { action } = field;
    if (action !== undefined && action.do !== 'pseudonym') return this.#act(action, field, text);
    if (!isNumber) {
      const nested = this.#nested.rewrite(text, field, this);
      if (nested !== undefined) {
        this.traces.made(nested);
        return nested;
      }
    }
    if (action === undefined && this.#vocabulary.keeps(field, text)) {
      count(field, 'vocabulary', 'kept');
      this.traces.kept(text);
      return text;
    }
    if (isNumber) return this.#number(field, text);
    const made = this.#pastKept(field, text, field.namesThing ? always : this.#isThing);
    count(field, made.kind, 'pseudonym');
    return made.text;
  }

  segment(text: string, before: string, place: () => Field): string | null {
    const field = place();
    if (field.action === undefined && this.#structure.segmentStays(text, before)) {
      this.traces.kept(text);
      return text;
    }
    return this.value(field, text);
  }

  path(pathname: string): boolean {
    if (!this.#structure.pathStays(pathname)) return false;
    this.traces.keptByRule(decodePercent(pathname));
    return true;
  }

  name(_field: Field, name: string): void {
    this.traces.kept(name);
  }

  dataName(field: Field, name: string): string {
    this.namesReplaced++;
    return this.value(field, name) ?? '';
  }

  structure(text: string): void {
    this.traces.kept(text);
  }

  host(field: Field, host: string): string {
    if (field.action !== undefined && field.action.do !== 'pseudonym')
      return this.#act(field.action, field, host) ?? '';
    count(field, 'host', 'pseudonym');
    const address = /^\[?([\d.]{7,15}|[\da-f:.]{2,45})(?:\]|:\d{1,5}|$)/i.exec(host)?.[1];
    if (address !== undefined && isIP(address) !== 0) return host.replace(address, this.#pseudonyms.of(address).text);
    return this.#pseudonyms.host(host);
  }

  bytes(field: Field, data: Buffer): Buffer {
    count(field, 'bytes', 'pseudonym');
    const made = Buffer.from(this.#keyed.stream('bytes', createHash('sha256').update(data).digest('hex'), data.length));
    // Any bytes would hold what reads as an address or a number of someone, by chance.
    if (!isReadable(data)) {
      for (let i = 0; i < made.length; i++) made[i] = (made[i] ?? 0) | 0x80;
      return made;
    }
    for (let i = 0; i < made.length; i++) {
      const unit = data[i] ?? 0;
      made[i] = unit <= 0x20 ? unit : 0x61 + ((made[i] ?? 0) % 26);
    }
    this.traces.made(made.toString('latin1'));
    return made;
  }

  note(field: Field, kind: string, method: string): void {
    if (kind === droppedHeader) this.namesReplaced++;
    count(field, kind, method);
  }

  /** Digits change; sign, point and exponent stay. Times in signed tokens stay times. */
  #number(field: Field, text: string): string {
    const exponent = text.search(/e/i);
    const mantissa = exponent < 0 ? text : text.slice(0, exponent);
    const made =
      (field.selector.startsWith('jwt.') ? this.#pseudonyms.time(mantissa) : undefined) ??
      this.#pastKept(field, mantissa);
    count(field, made.kind, 'pseudonym');
    return exponent < 0 ? made.text : made.text + text.slice(exponent);
  }

  #pastKept(field: Field, text: string, isThing: (word: string) => boolean = () => false) {
    const isKept = (value: string) => field.action === undefined && this.#vocabulary.keeps(field, value);
    return pastKept(this.#pseudonyms, text, { isThing, isKept });
  }

  #act(action: FieldAction, field: Field, text: string): string | null {
    if (action.do === 'keep') {
      // The user answers for it: it is no leak, here or elsewhere. That it looks personal is counted, for the report.
      this.traces.keptByRule(text);
      count(field, detect(text) ?? 'value', 'kept by rule');
      return text;
    }
    if (action.do === 'remove') {
      this.traces.replaced(text, 'value', '');
      count(field, 'value', 'removed by rule');
      return null;
    }
    if (action.do === 'as') {
      const made = this.#pseudonyms.as(action.type, text);
      count(field, made.kind, 'pseudonym by rule');
      return made.text;
    }
    count(field, 'value', 'fixed by rule');
    if (action.do !== 'fixed') return text;
    this.traces.replaced(text, 'value', '');
    this.traces.kept(action.value);
    return action.value;
  }
}

const always = () => true;

function count(field: Field, kind: string, method: string): void {
  let kinds = field.counts.get(method);
  if (kinds === undefined) {
    kinds = new Map();
    field.counts.set(method, kinds);
  }
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
}
