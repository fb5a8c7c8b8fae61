/** Something that looks as if it were made up for the purpose: a UUID, a digest, a token. Words with dashes are none. */
const candidates = /[A-Za-z0-9_.~+/=-]{16,}/g;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** What kind of id a text is; null: none. */
export function idKind(text: string): string | null {
  if (text.length > 4096) return null;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return 'uuid';
  if (/^[0-9a-f]{16,}$/i.test(text) && /\d/.test(text)) return `hex of ${text.length}`;
  // A path, a date, a version or words are no token: that has digits and letters that follow each other.
  if (!/^[A-Za-z0-9_.~+=-]{16,}$/.test(text)) return null;
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return null;
  if (/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const changes = text.match(/[A-Za-z]\d|\d[A-Za-z]|[a-z][A-Z]/g)?.length ?? 0;
  return changes >= Math.max(3, text.length / 16) ? 'token' : null;
}

/** Calls back for each id in a text. */
function replaceIds(text: string, by: (id: string, kind: string) => string): string {
  if (text.length < 16) return text;
  // `=` may pad a token, and stands between names and values as well.
  return text
    .replace(uuid, (found) => by(found, 'uuid'))
    .replace(candidates, (found) =>
      found
        .split(/([/=]+)/)
        .map((piece) => {
          const kind = idKind(piece);
          return kind === null ? piece : by(piece, kind);
        })
        .join(''),
    );
}

/** A text in which every id is its kind. */
export function withoutIds(text: string): string {
  return replaceIds(text, (_, kind) => `{${kind}}`);
}

const idsAtMost = 20_000;

/**
 * The ids that one arm has given a session so far, each by the place where it was first seen. Two versions never give out the same ids; what must be the
 * same is where an id comes back. An order that is answered with the id of another one is so found, whatever the ids are.
 */
export class SeenIds {
  readonly #places = new Map<string, string>();

  /** The text with every id as the place where it was seen first; null: it has none. */
  linked(text: string, place: string): string | null {
    let count = 0;
    const linked = replaceIds(text, (id) => `{${this.placeOf(id, count++ === 0 ? place : `${place} ${count}`)}}`);
    return count === 0 ? null : linked;
  }

  placeOf(id: string, place: string): string {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    if (this.#places.size < idsAtMost) this.#places.set(id, place);
    return place;
  }

  /** Where it was seen before; null: nowhere. */
  known(id: string): string | null {
    return this.#places.get(id) ?? null;
  }
}
