import type { Keyed } from '../keyed.ts';

const dayMs = 86_400_000;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const weekdays = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

const isoForm = /^(\d{4})([-/])(\d{2})\2(\d{2})(?=$|[T ])/;
const isoRest = /^(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?$/;
const httpForm = /^(\w{3}), (\d{1,2})([ -])(\w{3})\3(\d{4})( \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4}))$/;
const logForm = /^(\d{2})\/(\w{3})\/(\d{4})(:\d{2}:\d{2}:\d{2}(?: [+-]\d{4})?)$/;
const numericForm = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})$/;
const withinHint = /\d[./ -]|\d(?:st|nd|rd|th)/;
const within =
  /(?<![\d.])(?:\d{4}-\d{2}-\d{2}|\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{1,2}(?:st|nd|rd|th)?(?:\.? | of | de |-)\p{L}{3,10}(?:\.?,? | de |-)(?:\d{4}|\d{2})|(?<!\p{L})\p{L}{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?![\d])/gu;
const dayFirstForm = /^(\d{1,2})(\.? |-|(?:st|nd|rd|th) (?:of )?| de )(\p{L}{3,10})(\.?,? |-| de )(\d{4}|\d{2})$/iu;
const monthFirstForm = /^(\p{L}{3,10})(\.? )(\d{1,2})((?:st|nd|rd|th)?,? )(\d{4}|\d{2})$/iu;

/** Moves dates by whole days, so that times of day, formats and differences stay. */
export class Dates {
  readonly #keyed: Keyed;
  readonly #offsetDays: number;
  /** Milliseconds since 1970 between which a bare number is taken for a time. */
  readonly #from: number;
  readonly #to: number;
  readonly #eraYear: number;

  /** @param startedAtMs of the recording; null when it has no absolute times */
  constructor(keyed: Keyed, startedAtMs: number | null) {
    this.#keyed = keyed;
    // Whole weeks, so that a Monday's traffic stays a Monday's.
    this.#offsetDays = -7 * (1 + (keyed.mac('date offset', '').readUInt32LE(0) % 52));
    this.#from = (startedAtMs ?? Date.UTC(2020, 0)) - 400 * dayMs;
    this.#to = (startedAtMs ?? Date.UTC(2030, 0)) + 400 * dayMs;
    this.#eraYear = new Date(startedAtMs ?? Date.UTC(2020, 0)).getUTCFullYear() - 3;
  }

  /** The shifted date in the same format; undefined when the text is no plausible date. */
  shift(text: string): string | undefined {
    if (text.length < 6 || text.length > 40) return undefined;
    const digits = text.charCodeAt(0) >= 48 && text.charCodeAt(0) <= 57;
    if (!digits) return this.#http(text) ?? this.#monthFirst(text);
    return this.#epoch(text) ?? this.#iso(text) ?? this.#log(text) ?? this.#numeric(text) ?? this.#dayFirst(text);
  }

  /** Dates inside a text. */
  *find(text: string): Generator<readonly [from: number, to: number]> {
    if (!withinHint.test(text)) return;
    for (const match of text.matchAll(within)) {
      if (this.shift(match[0]) !== undefined) yield [match.index, match.index + match[0].length];
    }
  }

  shiftMs(ms: number): number {
    return ms + this.#offsetDays * dayMs;
  }

  /** JWT times and fields that say they are times: any number of seconds or milliseconds since 1970. */
  shiftNumber(text: string): string | undefined {
    if (!/^\d{9,10}(?:\.\d+)?$|^\d{12,13}$/.test(text)) return undefined;
    const unit = /^\d{12,13}$/.test(text) ? dayMs : dayMs / 1000;
    const [whole = '', ...fraction] = text.split('.');
    return [String(Number(whole) + this.#offsetDays * unit), ...fraction].join('.');
  }

  #epoch(text: string): string | undefined {
    if (!/^(?:\d{10}|\d{13})$/.test(text)) return undefined;
    const ms = Number(text) * (text.length === 10 ? 1000 : 1);
    return ms >= this.#from && ms <= this.#to ? this.shiftNumber(text) : undefined;
  }

  #iso(text: string): string | undefined {
    const match = isoForm.exec(text);
    if (match === null || !isoRest.test(text.slice(10))) return undefined;
    const moved = this.#move(Number(match[1]), Number(match[3]), Number(match[4]));
    return moved && `${moved.year}${match[2]}${moved.month}${match[2]}${moved.day}${text.slice(10)}`;
  }

  #http(text: string): string | undefined {
    const match = httpForm.exec(text);
    const month = months.indexOf(match?.[4] ?? '') + 1;
    if (match === null || month === 0) return undefined;
    const moved = this.#move(Number(match[5]), month, Number(match[2]));
    if (moved === undefined) return undefined;
    return `${moved.weekday}, ${moved.day}${match[3]}${moved.monthName}${match[3]}${moved.year}${match[6]}`;
  }

  #log(text: string): string | undefined {
    const match = logForm.exec(text);
    const month = months.indexOf(match?.[2] ?? '') + 1;
    if (match === null || month === 0) return undefined;
    const moved = this.#move(Number(match[3]), month, Number(match[1]));
    return moved && `${moved.day}/${moved.monthName}/${moved.year}${match[4]}`;
  }

  /** `17 March 1984`, `17. März 1984`, `17-Mar-84`, `17 de marzo de 1984`. */
  #dayFirst(text: string): string | undefined {
    const [, day = '', between = '', month = '', behind = '', year = ''] = dayFirstForm.exec(text) ?? [];
    const made = this.#named(day, month, year);
    return made && `${made.day}${plainOrdinal(between)}${made.month}${behind}${made.year}`;
  }

  /** `March 17, 1984`. */
  #monthFirst(text: string): string | undefined {
    const [, month = '', between = '', day = '', behind = '', year = ''] = monthFirstForm.exec(text) ?? [];
    const made = this.#named(day, month, year);
    return made && `${made.month}${between}${made.day}${plainOrdinal(behind)}${made.year}`;
  }

  #named(day: string, month: string, year: string): { day: string; month: string; year: string } | undefined {
    const known = monthNames().get(month.toLowerCase());
    if (known === undefined) return undefined;
    const moved = this.#move(this.#yearOf(year), known.number, Number(day));
    if (moved === undefined) return undefined;
    const name = known.names[Number(moved.month) - 1] ?? '';
    const shown =
      month === month.toLowerCase() ? name : month === month.toUpperCase() ? name.toUpperCase() : capital(name);
    return {
      day: day.length === 2 ? moved.day : String(Number(moved.day)),
      month: shown,
      year: moved.year.slice(-year.length),
    };
  }

  /** Two digits are of the last hundred years, up to the recording's own. */
  #yearOf(written: string): number {
    if (written.length !== 2) return Number(written);
    const latest = this.#eraYear + 4;
    const year = Math.floor(latest / 100) * 100 + Number(written);
    return year > latest ? year - 100 : year;
  }

  /** Day first with points or dashes, month first with slashes unless that is no month. */
  #numeric(text: string): string | undefined {
    const match = numericForm.exec(text);
    if (match === null) return undefined;
    const [, first = '', separator = '', second = '', writtenYear = ''] = match;
    const dayFirst = separator !== '/' || Number(first) > 12;
    const [day, month] = dayFirst ? [first, second] : [second, first];
    const moved = this.#move(this.#yearOf(writtenYear), Number(month), Number(day));
    if (moved === undefined) return undefined;
    const padded = first.length === 2 && second.length === 2;
    const parts = [moved.day, moved.month].map((part) => (padded ? part : String(Number(part))));
    return [...(dayFirst ? parts : parts.reverse()), moved.year.slice(-writtenYear.length)].join(separator);
  }

  /**
   * Dates of the recording's era are shifted. One from long before is someone's own (a birthday): a shift of at most a year
   * would leave it recognisable, so it becomes a keyed day within ten years of the original.
   */
  #move(year: number, month: number, day: number) {
    const ms = Date.UTC(year, month - 1, day);
    const date = new Date(ms);
    if (year < 1800 || year > 2200 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
    const ownDays = () => {
      const days = (this.#keyed.mac('old date', `${year}-${month}-${day}`).readUInt32LE(0) % 7304) - 3652;
      return days < 0 ? days : days + 1;
    };
    const moved = new Date(ms + (year < this.#eraYear ? ownDays() : this.#offsetDays) * dayMs);
    return {
      year: String(moved.getUTCFullYear()).padStart(4, '0'),
      month: String(moved.getUTCMonth() + 1).padStart(2, '0'),
      monthName: months[moved.getUTCMonth()] ?? '',
      day: String(moved.getUTCDate()).padStart(2, '0'),
      weekday: weekdays[moved.getUTCDay()] ?? '',
    };
  }
}

const locales = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl'];
const capital = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);
/** The day is another one, and its ending would not fit. */
const plainOrdinal = (text: string) => text.replace(/^(?:st|nd|rd|th)/i, '');

interface MonthName {
  number: number;
  /** The twelve of the same language and length, in lower case. */
  names: readonly string[];
}

let named: Map<string, MonthName> | undefined;

/** By name in lower case, long and short, in the languages above; the first language that has it names it. */
function monthNames(): Map<string, MonthName> {
  if (named !== undefined) return named;
  named = new Map();
  for (const locale of locales) {
    for (const month of ['long', 'short'] as const) {
      // With the day, for some languages write the month another way then.
      const format = new Intl.DateTimeFormat(locale, { month, day: 'numeric', timeZone: 'UTC' });
      const names = months.map((_, index) => {
        const part = format.formatToParts(Date.UTC(2020, index, 1)).find(({ type }) => type === 'month');
        return (part?.value ?? '').toLowerCase().replace(/\.$/, '');
      });
      for (const [index, name] of names.entries())
        if (name.length > 2 && !named.has(name)) named.set(name, { number: index + 1, names });
    }
  }
  return named;
}
