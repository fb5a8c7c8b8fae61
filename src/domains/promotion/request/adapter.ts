import type { RequestContent } from './content.ts';

/** Where a promotion request goes. */
export interface Adapter {
  /** `GitHub` */
  readonly name: string;
  /** What would be sent, for `--dry-run`: no secret, and no address that is one. */
  preview(content: RequestContent): readonly Preview[];
  /** Why nothing can be sent, before anything is begun; null: it can. */
  problem(): Promise<string | null>;
  /** Sends it. Each thing that is sent stands for itself: one that fails costs no other. */
  send(content: RequestContent, signal: AbortSignal): Promise<readonly Outcome[]>;
}

export interface Preview {
  /** `POST /repos/acme/shop/deployments` */
  readonly what: string;
  readonly body: string;
}

export interface Outcome {
  /** `the deployment` */
  readonly what: string;
  readonly ok: boolean;
  /** What came of it, a sentence. */
  readonly says: string;
}

/** Does one thing, and says what came of it. */
export async function outcomeOf(what: string, act: () => Promise<string>): Promise<Outcome> {
  try {
    return { what, ok: true, says: await act() };
  } catch (cause) {
    const { message, hint } = cause as Error & { hint?: string };
    return { what, ok: false, says: [message, hint].filter(Boolean).join(' ') };
  }
}
