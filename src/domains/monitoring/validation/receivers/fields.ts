/** Collects what is wrong with the fields of a message, and what they were. */
export class FieldCheck {
  readonly faults: string[] = [];
  readonly fields: { name: string; value: string }[] = [];

  get found(): { faults: string[]; fields: { name: string; value: string }[] } {
    return { faults: this.faults, fields: this.fields };
  }

  fault(text: string): void {
    this.faults.push(text);
  }

  /** A text that must be there and may not be longer than `most` characters. */
  text(name: string, value: unknown, { needed = true, most = Number.POSITIVE_INFINITY } = {}): string {
    if (value === undefined || value === null || value === '') {
      if (needed) this.fault(`${name} is ${value === '' ? 'empty' : 'missing'}`);
      return '';
    }
    if (typeof value !== 'string') {
      this.fault(`${name} is no text`);
      return '';
    }
    this.note(name, value);
    const { length } = [...value];
    if (length > most) this.fault(`${name} has ${length} characters, at most ${most} are allowed`);
    return value;
  }

  oneOf(name: string, value: unknown, allowed: readonly string[], needed = true): string {
    const given = this.text(name, value, { needed });
    if (given !== '' && !allowed.includes(given)) this.fault(`${name} is ${given}, not one of ${allowed.join(', ')}`);
    return given;
  }

  moment(name: string, value: unknown): void {
    const given = this.text(name, value);
    if (given !== '' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(given))
      this.fault(`${name} is no RFC 3339 time: ${given}`);
  }

  /** An object; empty where it is none. */
  record(name: string, value: unknown, needed = true): Record<string, unknown> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    if (needed || value !== undefined) this.fault(`${name} is no object`);
    return {};
  }

  list(name: string, value: unknown, needed = true): unknown[] {
    if (Array.isArray(value)) return value;
    if (needed || (value !== undefined && value !== null)) this.fault(`${name} is no list`);
    return [];
  }

  address(name: string, value: unknown, needed = true): void {
    const given = this.text(name, value, { needed });
    if (given !== '' && !/^https?:\/\/[^\s]+$/.test(given)) this.fault(`${name} is no address of the web: ${given}`);
  }

  note(name: string, value: string): void {
    this.fields.push({ name, value: value.length > 200 ? `${value.slice(0, 199)}…` : value });
  }
}

/** @returns null where it is no JSON object */
export function parsedObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** All texts within a value, one a line: what a person may read of it. */
export function textsOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.values(value)
    .map(textsOf)
    .filter((text) => text !== '')
    .join('\n');
}

export function contentType(headers: Readonly<Record<string, string | string[] | undefined>>): string {
  return (
    String(headers['content-type'] ?? '')
      .split(';')[0]
      ?.trim() ?? ''
  );
}
