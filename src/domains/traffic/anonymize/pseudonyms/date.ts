import type { Keyed } from '../keyed.ts';

const dayMs = 86_400_000;
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const weekdays = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

const isoForm = /^(\d{4})([-/])(\d{2})\2(\d{2})(?=$|[T ])/;
const isoRest = /^(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?$/;
const httpForm = /^(\w{3}), (\d{1,2})([ -])(\w{3})\3(\d{4})( \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4}))$/;
const logForm = /^(\d{2})\/(\w{3})\/(\d{4})(:\d{2}:\d{2}:\d{2}(?: [+-]\d{4})?)$/;
const numericForm = /^(\d{1,2})([./])(\d{1,2})\2(\d{4})$/;

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
    this.#offsetDays = -(7 + (keyed.mac('date offset', '').readUInt32LE(0) % 365));
    this.#from = (startedAtMs ?? Date.UTC(2020, 0)) - 400 * dayMs;
    this.#to = (startedAtMs ?? Date.UTC(2030, 0)) + 400 * dayMs;
    this.#eraYear = new Date(startedAtMs ?? Date.UTC(2020, 0)).getUTCFullYear() - 3;
  }

  /** The shifted date in the same format; undefined when the text is no plausible date. */
  shift(text: string): string | undefined {
    if (text.length < 8 || text.length > 40) return undefined;
    const digits = text.charCodeAt(0) >= 48 && text.charCodeAt(0) <= 57;
    if (!digits) return this.#http(text);
    return this.#epoch(text) ?? this.#iso(text) ?? this.#log(text) ?? this.#numeric(text);
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

  /** Day first with points, month first with slashes unless that is no month. */
  #numeric(text: string): string | undefined {
    const match = numericForm.exec(text);
    if (match === null) return undefined;
    const dayFirst = match[2] === '.' || Number(match[1]) > 12;
    const [day, month] = dayFirst ? [match[1], match[3]] : [match[3], match[1]];
    const moved = this.#move(Number(match[4]), Number(month), Number(day));
    if (moved === undefined) return undefined;
    const padded = text.length === 10;
    const parts = [moved.day, moved.month].map((part) => (padded ? part : String(Number(part))));
    return [...(dayFirst ? parts : parts.reverse()), moved.year].join(match[2]);
  }

  /**
   * Dates of the recording's era are shifted. One from long before is someone's own (a birthday): a shift of at most a year
   * would leave it recognisable, so it becomes a keyed day within ten years of the original.
   */
  #move(year: number, month: number, day: number) {
    const ms = Date.UTC(year, month - 1, day);
    const date = new Date(ms);
    if (year < 1800 || year > 2200 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
    const ownDays = () => (this.#keyed.mac('old date', `${year}-${month}-${day}`).readUInt32LE(0) % 7305) - 3652;
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
