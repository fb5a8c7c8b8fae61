/** A log line as a back end gave it, or as a file has it. */
export interface Line {
  /** Its own time, epoch ms; null: it has none that can be read. */
  atMs: number | null;
  /** Names with dots for nested ones. */
  fields: Readonly<Record<string, unknown>>;
  /** The whole line as text, to look for something in it. */
  text: string;
}

/** Names of fields, in the order in which they are tried. */
export const usualNames = {
  time: ['@timestamp', 'time', 'timestamp', 'ts', '_time'],
  level: ['level', 'severity', 'lvl', 'log.level', 'detected_level'],
  instance: ['instance', 'host', 'host.name', 'hostname', 'pod'],
  status: ['status', 'status_code', 'http.response.status_code'],
  message: ['message', 'msg', '_msg', 'log', 'body'],
} as const;

export type Role = keyof typeof usualNames;
/** Where a field of a role is called otherwise. */
export type Names = Partial<Record<Role, string | undefined>>;

export function namesOf(role: Role, names: Names): readonly string[] {
  const own = names[role];
  return own === undefined ? usualNames[role] : [own];
}

/** undefined: the line has none, or an empty one. */
export function fieldOf(line: Line, role: Role, names: Names): unknown {
  for (const name of namesOf(role, names)) {
    const value = line.fields[name];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

/** @param fields nested or not */
export function lineOf(fields: Record<string, unknown>, names: Names, text = JSON.stringify(fields)): Line {
  const flat = flatten(fields);
  const line: Line = { atMs: null, fields: flat, text };
  line.atMs = timeOf(fieldOf(line, 'time', names));
  return line;
}

/**
 * A line of a file: JSON, or JSON behind the head that a syslog daemon writes (RFC 3339 or `Nov 29 11:55:28`), or plain text.
 * @param year that a head without one means
 */
export function parseLine(text: string, names: Names, year = new Date().getFullYear()): Line {
  const whole = jsonOf(text);
  if (whole !== null) return lineOf(whole, names, text);
  const head = headOf(text, year);
  if (head === null) return lineOf({ message: text }, names, text);
  const inner = jsonOf(head.rest.replace(/^@cee:\s*/, ''));
  const fields = { time: head.time, host: head.host, ...(inner ?? { message: head.rest }) };
  const line = lineOf(fields, names, text);
  line.atMs ??= timeOf(head.time);
  return line;
}

const syslogHead =
  /^(?:<\d{1,3}>\d?\s*)?(\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([^:\s[]+)(?:\[\d+\])?:?\s+(.*)$/s;

function headOf(text: string, year: number): { time: string; host: string; rest: string } | null {
  const [, time, host, , rest] = syslogHead.exec(text) ?? [];
  if (time === undefined || host === undefined || rest === undefined) return null;
  // A head of the old kind has the machine's own time, and no year.
  const at = /^\d/.test(time) ? time : new Date(`${time.replace(/ +/g, ' ')} ${year}`).toISOString();
  return { time: at, host, rest };
}

export function jsonOf(text: string): Record<string, unknown> | null {
  if (!text.startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Nested objects under names with dots; lists as their JSON. */
function flatten(value: Record<string, unknown>, under = ''): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, one] of Object.entries(value)) {
    const name = under === '' ? key : `${under}.${key}`;
    if (Array.isArray(one)) flat[name] = JSON.stringify(one);
    else if (typeof one === 'object' && one !== null)
      Object.assign(flat, flatten(one as Record<string, unknown>, name));
    else flat[name] = one;
  }
  return flat;
}

/** Epoch ms of a time: ISO 8601, or a number of seconds, milliseconds, microseconds or nanoseconds; null: it is none. */
export function timeOf(value: unknown): number | null {
  if (value === undefined || value === null || value === '') return null;
  const number =
    typeof value === 'number' ? value : /^\d{9,19}(\.\d+)?$/.test(String(value)) ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) {
    // By its size: seconds, milliseconds, microseconds, nanoseconds; of the last two no more is known than milliseconds.
    if (number < 1e11) return number * 1e3;
    return number < 1e14 ? number : Math.round(number < 1e17 ? number / 1e3 : number / 1e6);
  }
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return null;
  const at = Date.parse(value.replace(/^(\S{10}) (?=\d)/, '$1T').replace(',', '.'));
  return Number.isNaN(at) ? null : at;
}
