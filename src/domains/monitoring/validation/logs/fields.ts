import { fieldOf, type Line, type Names, type Role, usualNames } from './line.ts';

export interface FieldsSeen {
  /** How many lines have no such field: none where it is 0. */
  missing: { field: string; lines: number }[];
  /** Lines by level, as it is written. */
  levels: Record<string, number>;
  /** Levels that nobody knows. */
  unknownLevels: string[];
}

/** Of syslog, log4j, java.util.logging, winston, glog and OpenTelemetry (`INFO2`), in words; of syslog, pino and OpenTelemetry in numbers. */
const known = new RegExp(
  `^(${[
    'trace|debug|verbose|silly|http|fine|finer|finest|config|info|information|informational|log|notice|default|success',
    'warn|warning|err|error|severe|crit|critical|fatal|panic|alert|emerg|emergency|unspecified|[dtiwef]|[0-5]?\\d|60',
  ].join('|')})[1-4]?$`,
  'i',
);
/** A line's level is not judged where it has fewer letters than sense. */
const levelsAtMost = 30;

/** @param required fields by name; empty: time, level and message, by any of their usual names */
export function fieldsOf(lines: readonly Line[], required: readonly string[], names: Names): FieldsSeen {
  const roles: readonly Role[] = required.length === 0 ? ['time', 'level', 'message'] : [];
  const missing = new Map<string, number>([...roles, ...required].map((field) => [field, 0]));
  const levels: Record<string, number> = {};
  for (const line of lines) {
    for (const role of roles) {
      const has = role === 'time' ? line.atMs !== null : fieldOf(line, role, names) !== undefined;
      if (!has) missing.set(role, (missing.get(role) ?? 0) + 1);
    }
    for (const field of required) {
      const value = line.fields[field];
      if (value === undefined || value === null || value === '') missing.set(field, (missing.get(field) ?? 0) + 1);
    }
    const level = fieldOf(line, 'level', names);
    if (level === undefined) continue;
    const word = String(level).slice(0, 40);
    if (word in levels || Object.keys(levels).length < levelsAtMost) levels[word] = (levels[word] ?? 0) + 1;
  }
  return {
    missing: [...missing].map(([field, count]) => ({ field, lines: count })),
    levels,
    unknownLevels: Object.keys(levels).filter((level) => !known.test(level)),
  };
}

/** Lines of each instance; those that name none under `''`. */
export function byInstance(lines: readonly Line[], names: Names): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) {
    const instance = String(fieldOf(line, 'instance', names) ?? '');
    counts[instance] = (counts[instance] ?? 0) + 1;
  }
  return counts;
}

/** Requests that lines tell of, and those that failed with a status from 500 on. @param only fields of lines that tell of requests */
export function requestsIn(
  lines: readonly Line[],
  names: Names,
  only: Readonly<Record<string, string>>,
): { requests: number; errors: number } {
  const told = lines.filter((line) =>
    Object.entries(only).every(([name, value]) => String(line.fields[name] ?? '') === value),
  );
  const statuses = told.map((line) => Number(fieldOf(line, 'status', names) ?? Number.NaN)).filter(Number.isFinite);
  return { requests: statuses.length, errors: statuses.filter((status) => status >= 500).length };
}

/** All names that a role's field can have, for what must not be looked into. */
export const roleNames = (role: Role, names: Names): ReadonlySet<string> =>
  new Set([...usualNames[role], ...(names[role] === undefined ? [] : [names[role] as string])]);
