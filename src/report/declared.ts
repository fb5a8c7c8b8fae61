import type { Domain, Reporting } from '../domains/domain.ts';
import { readable, shortened } from '../report-kit/text.ts';

/** What reports need of a domain; `src/run/domains.ts` lists them. */
export type ReportingDomain = Pick<Domain, 'id' | 'gates' | 'reporting'>;

/** A domain's part in the reports, loaded. */
export interface Declared {
  id: string;
  reporting: Reporting;
}

/** A domain whose part cannot be loaded has none; a warning says so. */
export async function declaredOf(domains: readonly ReportingDomain[], warnings: string[]): Promise<Declared[]> {
  const declared: Declared[] = [];
  for (const { id, reporting } of domains) {
    try {
      if (reporting !== undefined) declared.push({ id, reporting: await reporting() });
    } catch (error) {
      warnings.push(`Nothing of ${id} is in the reports: ${reasonOf(error)}.`);
    }
  }
  return declared;
}

/** Asks every domain for one thing. One that throws loses its part of it: a warning says so. @param what in the plural: `facts` */
export function askEach<T>(
  declared: readonly Declared[],
  what: string,
  ask: (reporting: Reporting) => readonly T[] | undefined,
  warnings: string[],
): T[] {
  return declared.flatMap(({ id, reporting }) => {
    try {
      return ask(reporting) ?? [];
    } catch (error) {
      warnings.push(`The ${what} of ${id} could not be made: ${reasonOf(error)}.`);
      return [];
    }
  });
}

/** An error in a line, without a full stop. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return shortened(readable(text), 300).replace(/\.$/, '');
}
