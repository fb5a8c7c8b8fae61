import type { ResolvedFlags } from './settings.ts';

/** One evaluation of the flag, as its client saw it. */
export interface Evaluation {
  session: string;
  tookMs: number;
  /** Why there was none; null: there was an answer. */
  error: string | null;
  /** null: the answer has none. */
  variant: string | null;
  reason: string | null;
}

const timeoutMs = 10_000;

/** Asks once how the flag is evaluated for a session. */
export async function evaluate(
  baseUrl: string,
  { probePath, variantAt, reasonAt }: ResolvedFlags,
  session: string,
): Promise<Evaluation> {
  const began = performance.now();
  const path = (probePath ?? '/').replaceAll('{session}', encodeURIComponent(session));
  const none = { session, variant: null, reason: null };
  try {
    const response = await fetch(`${baseUrl}${path}`, { signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    const tookMs = performance.now() - began;
    if (!response.ok) return { ...none, tookMs, error: `status ${response.status}` };
    const found = parsed(text);
    return { session, tookMs, error: null, variant: textAt(found, variantAt), reason: textAt(found, reasonAt) };
  } catch (error) {
    return { ...none, tookMs: performance.now() - began, error: (error as Error).message };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textAt(value: unknown, at: string): string | null {
  const found = at.split('.').reduce<unknown>((one, key) => {
    return typeof one === 'object' && one !== null && Object.hasOwn(one, key)
      ? (one as Record<string, unknown>)[key]
      : null;
  }, value);
  return typeof found === 'string' ? found : null;
}
