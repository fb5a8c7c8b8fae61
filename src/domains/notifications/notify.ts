import type { Receiver } from './configuration.ts';
import { keyOf, type Notice } from './notice.ts';
import { once } from './once.ts';
import { sendNotice } from './receivers/send.ts';

/** All receivers together: a run that has ended is not kept waiting for longer. */
const togetherMs = 90_000;
/** What is about one run is told once for good. */
const forever = Number.POSITIVE_INFINITY;

export interface Telling {
  readonly receivers: readonly Receiver[];
  /** Folder of the runs. */
  readonly base: string;
  /** Says that somebody was not told. */
  warn(text: string): void;
}

/** Tells everybody who is to hear of it, each once. It never throws: what fails here says nothing of the candidate. */
export async function tell(notice: Notice, { receivers, base, warn }: Telling): Promise<void> {
  const signal = AbortSignal.timeout(togetherMs);
  await Promise.all(
    receivers.map(async (receiver, index) => {
      const { kind, secret, repeatMs } = receiver;
      const name = `${kind} (receiver ${index + 1})`;
      try {
        const act = async () => {
          const failure = await sendNotice(receiver, notice, { isHeard: hears(receiver, notice), signal });
          if (failure !== null) warn(`${name} was not told: ${failure}.`);
          return failure === null;
        };
        if (kind === 'pagerduty') await act();
        else if (hears(receiver, notice)) {
          const key = [kind, secret.env ?? '', secret.file ?? '', keyOf(notice)];
          await once(base, key, notice.kind === 'gate-failed' ? repeatMs : forever, act);
        }
      } catch (cause) {
        warn(`${name} was not told: ${(cause as NodeJS.ErrnoException).code ?? 'it failed'}.`);
      }
    }),
  );
}

function hears({ events, quiet }: Receiver, { kind, verdict }: Notice): boolean {
  if (kind === 'gate-failed' && !events.includes('gate-failed')) return events.includes('finished');
  if (kind === 'aborted' && !events.includes('aborted')) return events.includes('finished');
  if (kind === 'finished' && quiet && verdict === 'pass') return false;
  return events.includes(kind);
}
