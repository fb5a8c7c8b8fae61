import type { Services } from '../command.ts';
import type { PartDomain } from '../part-declaration.ts';
import { domainsOf, type ValidationFlags, validate } from '../validation-run.ts';

/** `shakedown readiness`: the parts of the final validation that look at earlier runs, the deployment plan, and its own; judged by the whole stage where nothing else is asked for. */
export async function readinessReport(_: unknown[], flags: ValidationFlags, services: Services): Promise<void> {
  await validate(reportDomains(services.partDomains), flags, services, { purpose: 'readiness', policy: 'whole-stage' });
}

/** People decide on the plan as well, so the report has it where there is one. */
function reportDomains(table: readonly PartDomain[]): PartDomain[] {
  const of = (id: string) => domainsOf(table, [id]);
  const plan = of('promotion').map((domain) => ({ ...domain, parts: domain.parts.filter(({ id }) => id === 'plan') }));
  return [...of('final'), ...plan.filter(({ parts }) => parts.length > 0), ...of('readiness')];
}
