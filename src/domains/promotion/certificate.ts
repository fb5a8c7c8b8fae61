import { basename } from 'node:path';
import type { Services } from '../command.ts';

/** What issues certificates, where this version has it. */
interface Certifying {
  certify?(folder: string): Promise<{ expires: string | null; files: readonly { path: string; sha256: string }[] }>;
}

export type CertificateOutcome = { readonly done: string } | { readonly none: string };

/** Has the certificate of a run issued. Whatever stands in the way is said, and the candidate does not go on without one. */
export async function certified(services: Services & Certifying, folder: string): Promise<CertificateOutcome> {
  if (services.certify === undefined) return { none: 'this version of Shakedown issues no certificates' };
  try {
    const { expires, files } = await services.certify(folder);
    const names = files.map(({ path }) => basename(path)).join(', ');
    return { done: `${names}${expires === null ? '' : `, until ${expires}`}` };
  } catch (cause) {
    const { message, hint } = cause as Error & { hint?: string };
    return { none: [message, hint].filter(Boolean).join(' ') };
  }
}
