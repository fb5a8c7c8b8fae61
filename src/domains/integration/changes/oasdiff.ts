import { z } from 'zod';
import { runProgram } from '../../../environment/run-program.ts';
import type { Change, ComparedEvidence } from './evidence.ts';

const timeoutMs = 60_000;
const result = z.array(
  z.object({
    id: z.string(),
    text: z.string().default(''),
    level: z.int(),
    operation: z.string().default(''),
    path: z.string().default(''),
  }),
);

/**
 * Has oasdiff compare the same documents, and adds what only it finds. It fetches what a document refers to, so that it is not asked where there is such
 * a reference.
 */
export async function askOasdiff(
  program: string,
  about: {
    baseline: string;
    candidate: string;
    external: readonly string[];
    own: readonly Change[];
    signal: AbortSignal;
  },
): Promise<{ oasdiff: ComparedEvidence['oasdiff']; changes: Change[] }> {
  const { own, signal } = about;
  const version = await runProgram(program, ['--version'], { timeoutMs, signal });
  const name = version.kind === 'ended' ? (version.stdout.split('\n', 1)[0] as string).slice(0, 100) : 'oasdiff';
  const failed = (error: string) => ({ oasdiff: { version: name, error, only: [], missed: [] }, changes: [...own] });
  if (about.external.length > 0) return failed('the documents refer to others, which it would fetch');
  const args = ['breaking', about.baseline, about.candidate, '--format', 'json', '--allow-external-refs=false'];
  const outcome = await runProgram(program, args, { timeoutMs, signal });
  if (outcome.kind === 'failed') return failed(outcome.reason);
  // It ends with 0 whatever it finds; another code says that it could not look.
  if (outcome.code !== 0) return failed(`it ended with ${outcome.code}`);
  let found: z.output<typeof result>;
  try {
    found = result.parse(outcome.stdout.trim() === '' ? [] : JSON.parse(outcome.stdout));
  } catch {
    return failed('its result cannot be read');
  }
  const key = (operation: string, id: string) => `${operation} ${id}`;
  const known = new Set(own.map(({ operation, id }) => key(operation, id)));
  const theirs = new Set(found.map((one) => key(`${one.operation} ${one.path}`, one.id)));
  const only = found.filter((one) => !known.has(key(`${one.operation} ${one.path}`, one.id)));
  const missed = own.filter(({ operation, id }) => !theirs.has(key(operation, id)));
  const more = only.map(
    (one): Change => ({
      ...{
        id: one.id,
        level: one.level >= 3 ? 'error' : 'warning',
        operation: `${one.operation} ${one.path}`,
        where: '',
      },
      what: one.text.slice(0, 300),
    }),
  );
  return {
    oasdiff: {
      ...{ version: name, error: '' },
      only: only.map((one) => key(`${one.operation} ${one.path}`, one.id)).slice(0, 100),
      missed: missed.map(({ operation, id }) => key(operation, id)).slice(0, 100),
    },
    changes: [...own, ...more],
  };
}
