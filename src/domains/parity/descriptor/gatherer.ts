import { ShakedownError } from '../../../model/error.ts';
import type { Aspect } from './aspects.ts';
import {
  type Item,
  type ItemState,
  type ItemValue,
  maxItems,
  maxKeyCharacters,
  maxTextCharacters,
  type Scalar,
  type Source,
  type SourceKind,
  type Unit,
  usualUnit,
} from './format.ts';
import { isSecretName, isSecretValue, type SecretKey, urlWithCredentials } from './secrets.ts';

export interface Finding {
  readonly unit?: Unit;
  readonly state?: ItemState;
  readonly ordered?: boolean;
  /** Its reader knows that it is one; whether it is one by its name or value is seen here. */
  readonly secret?: boolean;
  readonly own?: string;
  /** Why the value is not known, though there is one. */
  readonly unknown?: string;
}

const digitsAndLetters = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/_=.-]{16,}$/;

/** What one source found, as items. No secret leaves it but as a keyed hash. */
export class Gatherer {
  readonly items = new Map<string, Item>();
  /** Why what was named could not be read. */
  readonly unreadable = new Set<string>();
  readonly #gaps: { aspect: Aspect; reason: string }[] = [];
  readonly #kind: SourceKind;
  readonly #from: string;
  readonly #capturedAt: string;
  readonly #key: SecretKey | null;
  #covers: readonly Aspect[];

  /** @param key null: that there is a secret is shown, and nothing of its value */
  constructor(about: {
    kind: SourceKind;
    from: string;
    capturedAt: string;
    key: SecretKey | null;
    covers: readonly Aspect[];
  }) {
    this.#kind = about.kind;
    this.#from = about.from.slice(0, 500);
    this.#capturedAt = about.capturedAt;
    this.#key = about.key;
    this.#covers = about.covers;
  }

  /** @param path after the aspect; a slash within a part stays */
  add(aspect: Aspect, path: readonly string[], value: ItemValue, finding: Finding = {}): void {
    const key = freeKey(this.items, shortened([aspect, ...path].join('/')));
    if (this.items.size >= maxItems) {
      throw new ShakedownError('PARITY_TOO_LARGE', `${this.#from} has more than ${maxItems} items to compare.`, {
        hint: 'Capture a part of it: a namespace, or a module.',
      });
    }
    const name = path.at(-1) ?? '';
    if (value !== null && this.#isSecret(name, value, finding)) this.#addSecret(key, value, finding);
    else if (typeof value === 'string') this.#addText(key, value, finding);
    else if (Array.isArray(value)) this.#addList(key, value, finding);
    else this.#put(key, value, finding);
  }

  absent(aspect: Aspect, path: readonly string[], finding: Finding = {}): void {
    this.add(aspect, path, null, { ...finding, state: 'absent' });
  }

  /** It was not seen: this is not the same as not there. */
  gap(aspect: Aspect, reason: string): void {
    if (this.#gaps.length < 1000) this.#gaps.push({ aspect, reason: reason.slice(0, 500) });
  }

  /** This source could not look there at all, though its kind can. */
  cannotSee(aspect: Aspect, reason: string): void {
    this.#covers = this.#covers.filter((each) => each !== aspect);
    this.gap(aspect, reason);
  }

  /** It did not answer, so nothing is known of it: neither what is there, nor what is not. */
  unread(aspects: readonly Aspect[], reason: string): void {
    this.unreadable.add(reason);
    for (const aspect of aspects) this.cannotSee(aspect, reason);
  }

  source(): Source {
    return {
      kind: this.#kind,
      from: this.#from,
      capturedAt: this.#capturedAt,
      covers: [...this.#covers],
      gaps: this.#gaps,
    };
  }

  #isSecret(name: string, value: Exclude<ItemValue, null>, finding: Finding): boolean {
    if (finding.secret === true) return true;
    if (finding.unknown !== undefined) return false;
    if (typeof value === 'boolean') return false;
    if (finding.unit !== undefined && finding.unit !== 'text') return false;
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    if (texts.some((text) => isSecretValue(text))) return true;
    if (/(^|[^a-z])keys?$/i.test(name) && texts.some((text) => digitsAndLetters.test(text))) return true;
    // An empty one, and a reference such as ${PASSWORD}, gives nothing away.
    return isSecretName(name) && texts.some((text) => text !== '' && !/^\$\{?\w+\}?$/.test(text));
  }

  #addSecret(key: string, value: Exclude<ItemValue, null>, finding: Finding): void {
    const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
    this.#put(key, this.#key?.hash(text) ?? null, { ...finding, unit: 'text', secret: true });
  }

  #addText(key: string, value: string, finding: Finding): void {
    const url = urlWithCredentials(value);
    if (url !== null) {
      this.#put(key, url.shown.slice(0, maxTextCharacters), finding);
      this.#addSecret(freeKey(this.items, shortened(`${key}/credentials`)), url.credentials, {});
    } else if (value.length > maxTextCharacters) {
      // What is too long to be shown may hold anything, a secret too.
      this.#addSecret(key, value, finding);
    } else this.#put(key, value, finding);
  }

  #addList(key: string, value: readonly Scalar[], finding: Finding): void {
    const urls = value.map((each) => (typeof each === 'string' ? urlWithCredentials(each) : null));
    const shown = value.map((each, index) => {
      const safe = urls[index]?.shown ?? each;
      return typeof safe === 'string' ? safe.slice(0, maxTextCharacters) : safe;
    });
    this.#put(key, shown, finding);
    const credentials = urls.flatMap((url) => (url === null ? [] : [url.credentials])).sort();
    if (credentials.length > 0) this.#addSecret(freeKey(this.items, shortened(`${key}/credentials`)), credentials, {});
  }

  #put(
    key: string,
    value: ItemValue,
    { unit, state = 'explicit', ordered = false, secret = false, own, unknown }: Finding,
  ): void {
    this.items.set(key, {
      value,
      unit: unit ?? usualUnit(key),
      state,
      ordered,
      secret,
      own: own ?? null,
      unknown: unknown ?? null,
      source: this.#kind,
      capturedAt: this.#capturedAt,
    });
  }
}

/** Nothing is lost where two things have one name. */
function freeKey(items: ReadonlyMap<string, unknown>, key: string): string {
  if (!items.has(key)) return key;
  let number = 2;
  while (items.has(`${key}#${number}`)) number++;
  return `${key}#${number}`;
}

function shortened(key: string): string {
  const clean = key.replace(/[\p{Cc}\p{Cf}]/gu, '�');
  return clean.length <= maxKeyCharacters ? clean : `${clean.slice(0, maxKeyCharacters - 1)}…`;
}
