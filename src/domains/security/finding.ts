import { createHash } from 'node:crypto';
import { z } from 'zod';

/** From the worst to the least. */
export const risks = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Risk = (typeof risks)[number];

/** Something that weakens the target, found by a check of ours or by a scanner. */
export const findingSchema = z.object({
  /** What it is known by from run to run: never by a line of code, as lines move. */
  fingerprint: z.string(),
  /** Of the check or the scanner: `csp-unsafe-script`, `CVE-2021-23337`. */
  rule: z.string(),
  title: z.string(),
  risk: z.enum(risks),
  /** false: it may be wrong, and somebody has to look at it. */
  certain: z.boolean(),
  /** Nobody says how grave it is: its risk is a guess, and somebody has to look, whatever the bar is. */
  unrated: z.boolean().optional(),
  /** Pages, a package, a file with its line. */
  where: z.string(),
  /** What was seen of it, cut. */
  seen: z.string(),
  remedy: z.string(),
  /** Requirements of OWASP ASVS 5.0: `3.4.3`. */
  asvs: z.array(z.string()),
  /** Of the OWASP Top 10 of 2025: `A02`; null: unknown. */
  top10: z.string().nullable(),
  /** Who found it: a check's id, names of scanners. */
  sources: z.array(z.string()),
  /** What it has in common with the same finding of another scanner. */
  same: z.array(z.string()).optional(),
  /** Fingerprints that other scanners' findings of the same have. */
  also: z.array(z.string()).optional(),
});
export type Finding = z.infer<typeof findingSchema>;

const seenLength = 200;

/** @param same what the same finding has in common from run to run */
export function fingerprintOf(same: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(same)).digest('hex').slice(0, 16);
}

/** The first of what was seen, without what would break a line or a page. */
export function cut(text: string, length = seenLength): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

export function isAtLeast(risk: Risk, bar: Risk): boolean {
  return risks.indexOf(risk) <= risks.indexOf(bar);
}

/** The worst first, then by rule and place, so that the same findings are always in the same order. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      risks.indexOf(a.risk) - risks.indexOf(b.risk) ||
      a.rule.localeCompare(b.rule, 'en') ||
      a.where.localeCompare(b.where, 'en'),
  );
}
