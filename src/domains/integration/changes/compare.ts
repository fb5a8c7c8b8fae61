import { type ApiDocument, isTree } from '../openapi/document.ts';
import { mediaType, type Operation, operationsOf } from '../openapi/operations.ts';
import { child, children, followed, type Place } from '../openapi/references.ts';
import type { Change } from './evidence.ts';
import { compareSchemas, type Side } from './schemas.ts';
import { compareSecurity, type Found } from './security.ts';
import {
  compareServers,
  compareStability,
  compareWriting,
  notCompared,
  serversOf,
  type Writing,
  writingOf,
} from './surroundings.ts';

export interface Compared {
  readonly changes: readonly Change[];
  readonly doubts: readonly string[];
}

/** What in the candidate's document breaks clients that were made from the baseline's: by oasdiff's rules, as far as they are here. */
export function compareDocuments(baseline: ApiDocument, candidate: ApiDocument): Compared {
  const comparison = new Comparison(baseline, candidate);
  const [before, after] = [operationsOf(baseline), operationsOf(candidate)];
  const byKey = new Map(after.flatMap((one) => [keyOf(one), one.id].map((key) => [key, one] as const)));
  const paths = new Set(after.map(({ template }) => nameless(template)));
  for (const operation of before) {
    // Of two paths that differ in the name of a parameter only, each is held against its own.
    const other = byKey.get(operation.id) ?? byKey.get(keyOf(operation));
    if (other !== undefined) comparison.operations(operation, other);
    else comparison.removed(operation, !paths.has(nameless(operation.template)));
  }
  if (baseline.root.webhooks !== undefined) comparison.doubts.add('webhooks are not compared');
  return { changes: comparison.changes, doubts: [...comparison.doubts] };
}

/** How a parameter of a path is called is no matter of the wire. */
function nameless(template: string): string {
  return template.replace(/\{[^{}]*\}/g, '{}');
}

function keyOf({ method, template }: Operation): string {
  return `${method} ${nameless(template)}`;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Place;
  readonly writing: Writing;
}

class Comparison {
  readonly changes: Change[] = [];
  readonly doubts = new Set<string>();
  readonly #baseline: ApiDocument;
  readonly #candidate: ApiDocument;
  readonly #alike = new Map<string, boolean>();

  constructor(baseline: ApiDocument, candidate: ApiDocument) {
    this.#baseline = baseline;
    this.#candidate = candidate;
  }

  removed({ id, place: { value } }: Operation, isWholePath: boolean): void {
    const isDeprecated = isTree(value) && value.deprecated === true;
    // One whose end was announced may go: oasdiff says no more of it than that it went.
    if (isDeprecated && !(isTree(value) && value['x-sunset'] !== undefined)) return;
    const sunset = isTree(value) ? Date.parse(String(value['x-sunset'])) : Number.NaN;
    if (isDeprecated && sunset <= Date.now()) return;
    const kind = isWholePath ? 'api-path-removed' : 'api-removed';
    this.#add({
      id: `${kind}-${isDeprecated ? 'before-sunset' : 'without-deprecation'}`,
      ...{ level: 'error', operation: id, where: '' },
      what: isDeprecated ? 'it is gone before the day that was announced' : 'it is gone, and was not deprecated',
    });
  }

  operations(before: Operation, after: Operation): void {
    this.#parameters(before, after);
    this.#bodies(before, after);
    this.#around(before, after);
    for (const [status, response] of before.responses) {
      const other = after.responses.get(status);
      if (other === undefined) {
        if (/^2/.test(status))
          this.#of(before, 'response-success-status-removed', `answer ${status}`, 'the status is gone');
        continue;
      }
      const where = `answer ${status === 'DEFAULT' ? 'default' : status}`;
      this.#headers(before, response.place, other.place, where);
      for (const content of response.contents) {
        const alike = other.contents.filter(({ type }) => type === content.type);
        const same = alike.find(({ parameters }) => parameters === content.parameters) ?? alike[0];
        if (same === undefined) this.#of(before, 'response-media-type-removed', where, `${content.type} is gone`);
        else if (content.schema !== null && same.schema !== null)
          this.#schemas(before, 'response', where, content.schema, same.schema);
        else if (content.schema !== null && children(content.schema).length > 0)
          this.#of(before, 'response-body-media-type-schema-removed', where, 'its schema is gone', 'warning');
      }
    }
  }

  /** Where an operation is called, who may call it, and what is not looked at. */
  #around(before: Operation, after: Operation): void {
    const [old, now] = [this.#baseline, this.#candidate];
    for (const found of compareSecurity([old, before.place.value], [now, after.place.value]))
      this.#found(before, '', found);
    for (const found of compareStability(before.place.value, after.place.value)) this.#found(before, '', found);
    const [was, is] = [
      serversOf(old, this.#pathItem(old.root, before.place), before.place),
      serversOf(now, this.#pathItem(now.root, after.place), after.place),
    ];
    const isOfAll = was.of === 'all' && is.of === 'all';
    for (const found of compareServers(was.servers, is.servers))
      this.#add({ ...found, operation: isOfAll ? 'all operations' : before.id, where: '' });
    const compared = ['parameters', 'requestBody', 'responses', 'security', 'servers'];
    for (const words of notCompared([old, before.place], [now, after.place], compared))
      this.doubts.add(`${before.id}: ${words}`);
  }

  #parameters(before: Operation, after: Operation): void {
    const [old, now] = [this.#parametersOf(this.#baseline, before), this.#parametersOf(this.#candidate, after)];
    const same = (a: Parameter, b: Parameter) =>
      a.in === b.in && (a.in === 'header' ? a.name.toLowerCase() === b.name.toLowerCase() : a.name === b.name);
    // Those of a path go by their place, which the operation is found by.
    const inPath = (all: readonly Parameter[], template: string) =>
      [...template.matchAll(/\{([^{}]*)\}/g)].map(([, name]) =>
        all.find((one) => one.in === 'path' && one.name === name),
      );
    const pairs = old
      .filter((one) => one.in !== 'path')
      .map((one) => [one, now.find((other) => same(one, other))] as const);
    const places = inPath(now, after.template);
    for (const [i, one] of inPath(old, before.template).entries()) {
      const other = places[i];
      if (one !== undefined && other !== undefined) this.#parameterSchemas(before, one, other);
    }
    for (const [one, other] of pairs) {
      const where = `${one.in} ${one.name}`;
      if (other === undefined) {
        this.#of(before, 'request-parameter-removed', where, 'the parameter is gone', 'warning');
        continue;
      }
      if (!one.required && other.required)
        this.#of(before, 'request-parameter-became-required', where, 'it was optional, and is required');
      this.#parameterSchemas(before, one, other);
    }
    for (const one of now) {
      if (one.in === 'path' || !one.required || old.some((other) => same(one, other))) continue;
      const { value } = followed(this.#candidate.root, one.schema);
      const hasDefault = isTree(value) && value.default !== undefined;
      const rule = `new-required-request-${hasDefault ? 'default-parameter-to-existing-path' : 'parameter'}`;
      this.#of(before, rule, `${one.in} ${one.name}`, 'it is new and required');
    }
  }

  #parameterSchemas(operation: Operation, one: Parameter, other: Parameter): void {
    const where = `${one.in} ${one.name}`;
    const schemas = [
      { document: this.#baseline, place: one.schema },
      { document: this.#candidate, place: other.schema },
    ];
    for (const found of compareWriting(one.writing, other.writing, schemas)) this.#found(operation, where, found);
    this.#schemas(operation, 'parameter', where, one.schema, other.schema);
  }

  #parametersOf({ root }: ApiDocument, { place }: Operation): Parameter[] {
    const found = new Map<string, Parameter>();
    const parent: Place = followed(root, place);
    const lists = [child(this.#pathItem(root, place), 'parameters'), child(parent, 'parameters')];
    for (const list of lists) {
      if (!Array.isArray(list.value)) continue;
      for (const [i] of list.value.entries()) {
        const at = followed(root, child(list, i));
        if (!isTree(at.value)) continue;
        const { name, in: where, required } = at.value;
        const own = child(at, 'schema');
        const [type, media] = children(child(at, 'content'))[0] ?? [];
        const written = own.value === undefined && type !== undefined ? mediaType(type).slice(0, 100) : null;
        found.set(`${where} ${name}`, {
          ...{ name: String(name).slice(0, 100), in: String(where).slice(0, 20), required: required === true },
          schema: own.value === undefined && media !== undefined ? child(media, 'schema') : own,
          writing: writingOf(at.value, written),
        });
      }
    }
    return [...found.values()];
  }

  #pathItem(root: ApiDocument['root'], { pointer }: Place): Place {
    const parts = pointer.split('/').slice(1, -1);
    const unescaped = (part: string) => part.replaceAll('~1', '/').replaceAll('~0', '~');
    return parts.reduce((at, part) => child(at, unescaped(part)), { value: root, pointer: '#' } as Place);
  }

  #bodies(before: Operation, after: Operation): void {
    const [old, now] = [
      followed(this.#baseline.root, child(before.place, 'requestBody')),
      followed(this.#candidate.root, child(after.place, 'requestBody')),
    ];
    const isRequired = ({ value }: Place) => isTree(value) && value.required === true;
    if (old.value === undefined) {
      if (isRequired(now)) this.#of(before, 'request-body-added-required', 'request body', 'it is new and required');
      return;
    }
    if (now.value === undefined) {
      this.#of(before, 'request-body-removed', 'request body', 'it is gone');
      return;
    }
    if (!isRequired(old) && isRequired(now))
      this.#of(before, 'request-body-became-required', 'request body', 'it was optional, and is required');
    const types = new Map(children(child(now, 'content')).map(([type, place]) => [mediaType(type), place]));
    for (const [type, place] of children(child(old, 'content'))) {
      const other = types.get(mediaType(type));
      if (other === undefined)
        this.#of(before, 'request-body-media-type-removed', 'request body', `${type.slice(0, 100)} is gone`);
      else this.#body(before, place, other);
    }
  }

  #body(operation: Operation, old: Place, now: Place): void {
    const where = 'request body';
    const [was, is] = [child(old, 'schema'), child(now, 'schema')];
    if (was.value !== undefined && is.value !== undefined) this.#schemas(operation, 'request', where, was, is);
    else if (was.value === undefined && children(is).length > 0)
      this.#of(operation, 'request-body-media-type-schema-added', where, 'it could be anything, and has a schema');
    for (const words of notCompared([this.#baseline, old], [this.#candidate, now], ['schema']))
      this.doubts.add(`${operation.id} ${where}: ${words}`);
  }

  #headers(operation: Operation, old: Place, now: Place, where: string): void {
    const others = new Map(children(child(now, 'headers')).map(([name, place]) => [name.toLowerCase(), place]));
    const isRequired = ({ value }: Place) => isTree(value) && value.required === true;
    for (const [name, given] of children(child(old, 'headers'))) {
      const [place, other] = [followed(this.#baseline.root, given), others.get(name.toLowerCase())];
      const at = `${where} header ${name.toLowerCase().slice(0, 100)}`;
      if (other === undefined) {
        if (isRequired(place))
          this.#of(operation, 'required-response-header-removed', at, 'it is gone, and was always sent');
        else this.#of(operation, 'optional-response-header-removed', at, 'it is gone', 'warning');
        continue;
      }
      const is = followed(this.#candidate.root, other);
      if (isRequired(place) && !isRequired(is))
        this.#of(operation, 'response-header-became-optional', at, 'it was always sent, and may be missing');
      const schemas = [child(place, 'schema'), child(is, 'schema')] as const;
      if (schemas[0].value === undefined) continue;
      if (schemas[1].value === undefined) this.doubts.add(`${operation.id} ${at}: its schema is gone`);
      else this.#schemas(operation, 'response', at, ...schemas);
    }
  }

  #schemas({ id }: Operation, side: Side, where: string, old: Place, now: Place): void {
    compareSchemas(
      { side, old: { document: this.#baseline, place: old }, now: { document: this.#candidate, place: now } },
      (change) => {
        const at = [where, change.field].filter((part) => part !== '').join(' ');
        // oasdiff has no rules for what is in a header.
        const rule = where.includes(' header ')
          ? change.id.replace('response-body', 'response-header')
          : where.startsWith('header ')
            ? change.id.replace('parameter-property-became-enum', 'header-property-became-enum')
            : change.id;
        this.#add({ id: rule, level: change.level, operation: id, where: at, what: change.what });
      },
      (doubt) => this.doubts.add(`${id} ${where}: ${doubt}`),
      this.#alike,
    );
  }

  #found(operation: Operation, where: string, { id, what, level }: Found): void {
    this.#of(operation, id, where, what, level);
  }

  #of({ id: operation }: Operation, id: string, where: string, what: string, level: Change['level'] = 'error'): void {
    this.#add({ id, level, operation, where, what });
  }

  #add(change: Change): void {
    if (!this.changes.some((one) => JSON.stringify(one) === JSON.stringify(change))) this.changes.push(change);
  }
}
