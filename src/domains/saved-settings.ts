import type { z } from 'zod';

/**
 * What the configuration that a run began with says to a domain. It may be of an earlier version: what is absent has its default.
 * @throws Error that names what is there and cannot be read: judged by defaults it would be another run's verdict
 */
export function savedSettings<T>(schema: z.ZodType<T>, config: unknown): T {
  const parsed = schema.safeParse(typeof config === 'object' && config !== null ? config : {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new Error(
    `the configuration that the run began with cannot be read: ${where}: ${issue?.message ?? 'unreadable'}`,
  );
}
