/** What was read from another tool's file. */
export interface Imported {
  /** By id, as a configuration has them under `objectives`. */
  objectives: Record<string, WrittenObjective>;
  /** What could not be converted, or means something else here, one sentence each with its name. */
  notes: string[];
}

/** An objective as it is written in a configuration. */
export type WrittenObjective = Readonly<Record<string, string | number | boolean>>;

/** A value of unknown shape as a table; empty where it is none. */
export function tableOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** `http_req_duration{route:/x} p(95)` → `http-req-duration-route-x-p-95`. */
export function idOf(...parts: readonly string[]): string {
  return (
    parts
      .join(' ')
      .toLowerCase()
      .replace(/[^a-z0-9.]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'objective'
  );
}

/** Adds an objective under an id that is not taken. */
export function add({ objectives }: Imported, id: string, objective: WrittenObjective): void {
  let free = id;
  for (let number = 2; objectives[free] !== undefined; number++) free = `${id}-${number}`;
  objectives[free] = objective;
}

/** Percent without what binary fractions leave behind: 0.07 → 7. */
export function percentOf(share: number): number {
  return Number((100 * share).toPrecision(12));
}
