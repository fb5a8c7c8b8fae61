import type { Services } from '../command.ts';
import { domainsOf, type ValidationFlags, validate } from '../validation-run.ts';

/** `shakedown validate final`: does the parts of all domains but those that rest on it, prints the verdict and ends with its exit code. */
export async function validateFinal(_: unknown[], flags: ValidationFlags, services: Services): Promise<void> {
  await validate(domainsOf(services.partDomains), flags, services);
}
