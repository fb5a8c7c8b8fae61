import type { Risk } from '../finding.ts';

export interface Rule {
  readonly title: string;
  readonly risk: Risk;
  readonly remedy: string;
  /** Requirements of OWASP ASVS 5.0.0. */
  readonly asvs: readonly string[];
  /** Category of the OWASP Top 10 of 2025. */
  readonly top10: string;
}

export const rule = (risk: Risk, asvs: string, top10: string, title: string, remedy: string): Rule => ({
  title,
  risk,
  remedy,
  asvs: asvs.split(' '),
  top10,
});
