import { isAsset } from '../files.ts';
import { clue } from './clues.ts';
import type { Detector, Span } from './detector.ts';

const localUnit = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const domainUnit = /[\p{L}\p{N}.-]/u;
// What can stand in a local part by the RFC but in running text is nearly always a neighbour (`?email=a@b.c`).
const neighbours = '=&?/{}|\'"`!#$%*^~';

/** A table for ASCII: a pattern for each character would cost more than all else here. */
function unitTest(test: (unit: string) => boolean): (code: number) => boolean {
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => (test(String.fromCharCode(code)) ? 1 : 0));
  return (code) => (code < 128 ? ascii[code] === 1 : test(String.fromCharCode(code)));
}

const isLocal = unitTest((unit) => localUnit.test(unit) && !neighbours.includes(unit));
const isDomain = unitTest((unit) => domainUnit.test(unit));

/** Extended outwards from each `@`, so that a text without one costs a single search. At most 64 and 253 characters (RFC 5321). */
function* find(text: string): Generator<Span> {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    let from = at;
    while (from > 0 && at - from < 64 && isLocal(text.charCodeAt(from - 1))) from--;
    while (from < at && text[from] === '.') from++;
    let to = at + 1;
    while (to < text.length && to - at < 254 && isDomain(text.charCodeAt(to))) to++;
    while (to > at + 1 && (text[to - 1] === '.' || text[to - 1] === '-')) to--;
    const domain = text.slice(at + 1, to);
    const top = domain.slice(domain.lastIndexOf('.') + 1);
    if (from < at && top.length > 1 && domain.length > top.length + 1 && !/^\d+$/.test(top) && !isFile(domain))
      yield [from, to];
  }
}

/**
 * `2x.webp` of `hero@2x.webp`, `4.17.21.min.js` of a package: the ending of a file, which is no top-level domain, with no domain before it, as
 * there is in `anna@mail.org.png`.
 */
function isFile(domain: string): boolean {
  if (!isAsset(domain)) return false;
  const labels = domain.replace(/(?:\.(?:min|esm|umd|prod|bundle|module))*\.\w+$/i, '').split('.');
  return labels.length === 1 || /^\d/.test(labels.at(-1) ?? '');
}

export const email: Detector = {
  kind: 'email',
  needs: { length: 6, digits: 0, anyOf: '@' },
  clues: clue.email,
  find,
  matches(value) {
    const at = value.indexOf('@');
    if (at < 1 || value.length > 320 || value.indexOf('@', at + 1) >= 0) return false;
    const first = find(value).next();
    return !first.done && first.value[0] === 0 && first.value[1] === value.length;
  },
};

const reserved = /(?:^|[.@])(?:example|test|invalid|localhost|example\.(?:com|org|net))$/i;

/** Domains that no one can own (RFC 2606, RFC 6761). */
export function isReservedDomain(addressOrHost: string): boolean {
  return reserved.test(addressOrHost);
}
