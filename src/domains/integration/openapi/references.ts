import { isTree, type Tree } from './document.ts';

/** A place of the document, and its JSON pointer. */
export interface Place {
  readonly value: unknown;
  /** `#/paths/~1orders/get` */
  readonly pointer: string;
}

const stepsAtMost = 50;

export function child({ value, pointer }: Place, key: string | number): Place {
  const inner =
    Array.isArray(value) || isTree(value)
      ? Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined
      : undefined;
  return { value: inner, pointer: `${pointer}/${escaped(String(key))}` };
}

/** Children of an object, in its order; none of what is no object. */
export function children(place: Place): [key: string, place: Place][] {
  return isTree(place.value) ? Object.keys(place.value).map((key) => [key, child(place, key)]) : [];
}

export function at(root: Tree, pointer: string): Place {
  let place: Place = { value: root, pointer: '#' };
  for (const part of pointer.replace(/^#\/?/, '').split('/')) {
    if (part !== '') place = child(place, unescaped(part));
  }
  return place;
}

/** Where references within the document lead; `value` undefined: to nothing, in a circle, or out of the document. */
export function followed(root: Tree, place: Place): Place {
  let now = place;
  for (let step = 0; step < stepsAtMost; step++) {
    const ref = isTree(now.value) ? now.value.$ref : undefined;
    if (typeof ref !== 'string') return now;
    if (!ref.startsWith('#')) return { value: undefined, pointer: now.pointer };
    now = at(root, ref);
  }
  return { value: undefined, pointer: place.pointer };
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescaped(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // It is written as it is.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
