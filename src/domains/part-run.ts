import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../evidence/journal.ts';
import { firstError } from '../model/error.ts';
import type { EventType } from '../model/event.ts';
import type { Mark, Part, partEvents } from './part.ts';
import type { PartDomain } from './part-declaration.ts';
import type { ValidationContext, ValidationPart } from './validation.ts';

/** What is the same for all parts of a run. */
export interface PartsRun
  extends Pick<
    ValidationContext,
    'config' | 'projectFolder' | 'runFolder' | 'signal' | 'teardown' | 'target' | 'services' | 'now' | 'purpose'
  > {
  readonly journal: Pick<Journal, 'append'>;
  /** Says what is being done; the title of a part stands by itself. */
  say(text: string): void;
}

/** Does parts of a domain one after the other. One that cannot go on costs no other. @returns when the last has ended, or was interrupted */
export async function doParts(
  { id: domain }: Pick<PartDomain, 'id'>,
  parts: readonly ValidationPart[],
  run: PartsRun,
): Promise<void> {
  // A part's domain has declared these events.
  const append = (kind: string, data: object) =>
    run.journal.append(`shakedown.${domain}.${kind}` as EventType, data as never);
  const leftOut = parts.flatMap((part) => {
    const why = part.leftOut?.(run.config) ?? null;
    if (why !== null) run.say(`${part.title}: left out, ${why.reason}`);
    return why === null ? [] : [{ part: part.id, ...why }];
  });
  const done = parts.filter(({ id }) => !leftOut.some(({ part }) => part === id));
  append('started', {
    chosen: done.map(({ id }) => id),
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(run.purpose === undefined ? {} : { purpose: run.purpose }),
  });
  for (const part of done) {
    if (run.signal.aborted) return;
    await doPart(domain, part, run, append);
  }
}

function doPart(
  domain: string,
  part: ValidationPart,
  { journal: _, say, ...run }: PartsRun,
  append: (kind: string, data: object) => void,
): Promise<void> {
  say(part.title);
  return recordPart(part, {
    ...{ folder: join(run.runFolder, 'evidence', domain, part.id), signal: run.signal, now: run.now, append },
    tell: (text) => say(`  ${text}`),
    why: ({ message, hint }) => [message, hint].filter(Boolean).join(' '),
    context: (recording): ValidationContext => ({ ...run, ...recording }),
  });
}

/** What a part records with. */
export interface PartRecording {
  /** Of its own; it is there. */
  readonly folder: string;
  record(evidence: unknown): void;
  mark(mark: Mark): void;
  phase(text: string): void;
}

/**
 * Does one part, and records its begin, its evidence, its marks and how it ended. What it throws is how it ended, so that it costs no other part.
 * @param about `append` writes an event of the part's kind into the journal; `context` makes what the part is given
 */
export async function recordPart<Context>(
  { id, load }: Pick<Part<Context>, 'id' | 'load'>,
  about: {
    readonly folder: string;
    readonly signal: AbortSignal;
    now(): number;
    tell(text: string): void;
    /** What the report says of what it threw. */
    why(error: { message: string; hint?: string }): string;
    append(kind: keyof typeof partEvents, data: object): void;
    context(recording: PartRecording): Context;
  },
): Promise<void> {
  const { folder, signal, now, tell, append, context } = about;
  await mkdir(folder, { recursive: true });
  append('begun', { part: id, atMs: now() });
  let error: string | null = null;
  try {
    await (await load()).run(
      context({
        folder,
        record: (data) => append('evidence', { part: id, atMs: now(), data }),
        mark(mark) {
          append('marked', { part: id, atMs: now(), ...mark });
          tell(mark.text);
        },
        phase: tell,
      }),
    );
  } catch (cause) {
    error = signal.aborted ? 'It was interrupted.' : about.why(firstError(cause));
    tell(error);
  }
  append('ended', { part: id, atMs: now(), error });
}
