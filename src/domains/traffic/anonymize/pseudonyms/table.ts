import { isIP } from 'node:net';
import { detect, findAll } from '../detectors/table.ts';
import { extensionOf } from '../files.ts';
import type { Keyed } from '../keyed.ts';
import type { PseudonymType } from '../rules.ts';
import { Atoms } from './atoms.ts';
import { pseudonymEmail, pseudonymHost, pseudonymPhone } from './contact.ts';
import type { Dates } from './date.ts';
import { pseudonymCard, pseudonymIban } from './financial.ts';
import { isOpaque, isUuid, pseudonymOpaque, pseudonymUuid } from './identifier.ts';
import {
  pseudonymAadhaar,
  pseudonymBsn,
  pseudonymCoordinates,
  pseudonymCpf,
  pseudonymMac,
  pseudonymNino,
  pseudonymSteuerId,
} from './national-id.ts';
import { pseudonymIp } from './network.ts';

export interface Pseudonym {
  kind: string;
  text: string;
  /** Another one in another session. */
  isOfSession?: boolean;
}

const byKind: Record<string, (keyed: Keyed, text: string) => string> = {
  cpf: pseudonymCpf,
  aadhaar: pseudonymAadhaar,
  steuerid: pseudonymSteuerId,
  bsn: pseudonymBsn,
  nino: pseudonymNino,
  mac: pseudonymMac,
  coordinates: pseudonymCoordinates,
};

const longestCached = 256;
const longestName = 400;
const cacheSize = 80_000;

/** Pseudonyms by kind. The kind is recognized from the value alone, so a value has one pseudonym wherever it
 * stands: in the recording, or for text in the session. */
export class Pseudonyms {
  readonly #keyed: Keyed;
  readonly #atoms: Atoms;
  readonly #dates: Dates;
  readonly #made: (original: string, pseudonym: Pseudonym) => void;
  readonly #hosts = new Map<string, string>();
  #young = new Map<string, Pseudonym>();
  #old = new Map<string, Pseudonym>();
  readonly #ofSession = new Map<string, Pseudonym>();

  /** @param made called at least once for every value that is replaced */
  constructor(keyed: Keyed, dates: Dates, made: (original: string, pseudonym: Pseudonym) => void) {
    this.#keyed = keyed;
    this.#atoms = new Atoms(keyed);
    this.#dates = dates;
    this.#made = made;
  }

  /** What follows belongs to this session. */
  begin(session: string): void {
    this.#atoms.begin(session);
    this.#ofSession.clear();
  }

  /** @param isThing a bare word names a thing, and is the same in all sessions; else it is text of this session */
  of(value: string, isThing: (word: string) => boolean = () => false): Pseudonym {
    const cached = this.#young.get(value) ?? this.#ofSession.get(value);
    if (cached !== undefined) return cached;
    const found = this.#old.get(value) ?? this.#make(value, isThing);
    if (value.length > longestCached) return found;
    if (found.isOfSession === true) {
      if (this.#ofSession.size < cacheSize) this.#ofSession.set(value, found);
    } else {
      if (this.#young.size >= cacheSize) {
        this.#old = this.#young;
        this.#young = new Map();
      }
      this.#young.set(value, found);
    }
    return found;
  }

  /** Host with its port. */
  host(value: string): string {
    let made = this.#hosts.get(value);
    if (made === undefined) {
      made = pseudonymHost(this.#keyed, value);
      this.#made(value, { kind: 'host', text: made });
      if (this.#hosts.size >= 10_000) this.#hosts.clear();
      this.#hosts.set(value, made);
    }
    return made;
  }

  /** As a kind that a rule names; what cannot be read as that kind becomes a made-up one. */
  as(type: PseudonymType, value: string): Pseudonym {
    const pseudonym = { kind: type, text: this.#asType(type, value) };
    this.#made(value, pseudonym);
    return pseudonym;
  }

  /** The same everywhere, however short: it may be the number of a thing. */
  #number(value: string): string {
    return value.replace(/\d+/g, (digits) => this.#atoms.atom(digits));
  }

  /** A number of seconds or milliseconds since 1970. */
  time(value: string): Pseudonym | undefined {
    const text = this.#dates.shiftNumber(value);
    if (text === undefined) return undefined;
    const pseudonym = { kind: 'date', text };
    this.#made(value, pseudonym);
    return pseudonym;
  }

  #make(value: string, isThing: (word: string) => boolean): Pseudonym {
    const pseudonym = this.#replace(value, isThing);
    this.#made(value, pseudonym);
    // A made-up text may hold what looks like a number of someone.
    if (pseudonym.kind === 'text')
      for (const [from, to, kind] of findAll(pseudonym.text))
        this.#made('', { kind, text: pseudonym.text.slice(from, to) });
    return pseudonym;
  }

  #replace(value: string, isThing: (word: string) => boolean): Pseudonym {
    if (isUuid(value)) return { kind: 'uuid', text: pseudonymUuid(this.#keyed, value) };
    const date = this.#dates.shift(value);
    if (date !== undefined) return { kind: 'date', text: date };
    const kind = detect(value);
    if (kind !== undefined) return { kind, text: this.#detected(kind, value) };
    if (/^-?\d+(?:\.\d+)?$/.test(value)) return { kind: 'number', text: this.#number(value) };
    if (isOpaque(value)) return { kind: 'token', text: pseudonymOpaque(this.#keyed, value) };
    // What has digits and no space names something: `SKU-12ab`. So does a bare word that stands in a path somewhere.
    const hasSpace = /\s/.test(value);
    if (!hasSpace && value.length <= longestName && (/\d/.test(value) || isThing(value))) {
      return { kind: 'text', text: this.#name(value) };
    }
    return { kind: 'text', text: this.#freeText(value), isOfSession: true };
  }

  /** The usual ending of a file says what it is, and stays. */
  #name(value: string): string {
    const ending = extensionOf(value);
    const name = value.slice(0, value.length - ending.length);
    return this.#withDetected(name, (text) => this.#atoms.name(text)) + ending;
  }

  #detected(kind: string, value: string): string {
    if (kind === 'date') return this.#dates.shift(value) ?? this.#atoms.text(value);
    if (kind === 'email') return pseudonymEmail(this.#atoms, value, (name) => this.host(name));
    if (kind === 'phone') return pseudonymPhone(this.#keyed, value);
    if (kind === 'card') return pseudonymCard(this.#keyed, value);
    if (kind === 'iban') return pseudonymIban(this.#keyed, value);
    if (kind === 'ip') return pseudonymIp(this.#keyed, value);
    const known = byKind[kind];
    if (known !== undefined) return known(this.#keyed, value);
    if (kind === 'pan' || kind === 'plate') return this.#atoms.name(value);
    // Area 000 was never issued.
    if (kind === 'ssn') return `000${this.#atoms.name(value).slice(3)}`;
    return pseudonymOpaque(this.#keyed, value);
  }

  /** Word by word; what a detector knows inside the text is replaced as it is where it stands alone. */
  #freeText(value: string): string {
    return this.#withDetected(value, (text) => this.#atoms.text(text));
  }

  #withDetected(value: string, replace: (text: string) => string): string {
    const spans: (readonly [from: number, to: number, kind: string])[] = [...findAll(value)];
    for (const [from, to] of this.#dates.find(value)) spans.push([from, to, 'date']);
    if (spans.length === 0) return replace(value);
    spans.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    let out = '';
    let at = 0;
    for (const [from, to, kind] of spans) {
      if (from < at) continue;
      out += replace(value.slice(at, from)) + this.#embedded(kind, value.slice(from, to));
      at = to;
    }
    return out + replace(value.slice(at));
  }

  #embedded(kind: string, found: string): string {
    const text = this.#detected(kind, found);
    this.#made(found, { kind, text });
    return text;
  }

  #asType(type: PseudonymType, value: string): string {
    const own = this.#replace(value, () => true);
    if (own.kind === type) return own.text;
    const name = () => this.#keyed.mac('as', value);
    if (type === 'host') return this.host(value);
    if (type === 'email') return `${this.#atoms.name(value).replace(/[^\w.-]/g, '.')}@${this.host(value)}`;
    if (type === 'phone')
      return pseudonymPhone(this.#keyed, value.startsWith('+') ? value : `+${value.replace(/\D/g, '')}`);
    if (type === 'card') return pseudonymCard(this.#keyed, /^\d{13,19}$/.test(value) ? value : '4000000000000000');
    if (type === 'iban') return pseudonymIban(this.#keyed, 'DE00000000000000000000');
    if (type === 'integer') return String(name().readUInt32LE(0) % 1_000_000);
    if (type === 'uuid') return pseudonymUuid(this.#keyed, isUuid(value) ? value : formatUuid(name()));
    if (type === 'ip')
      return isIP(value) === 0 ? [...name().subarray(0, 4)].join('.') : pseudonymIp(this.#keyed, value);
    if (type === 'token') return pseudonymOpaque(this.#keyed, value);
    if (type === 'url') return `https://${this.host(value)}/`;
    return this.#atoms.text(value);
  }
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
