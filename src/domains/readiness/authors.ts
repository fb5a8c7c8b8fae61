import { runProgram } from '../../environment/run-program.ts';
import type { ValidationContext } from '../validation.ts';

const timeoutMs = 20_000;
const mostNames = 1000;

/**
 * Who wrote the candidate: those that the configuration names, and the authors and committers of the changes since the version before.
 * @returns `error`: why the repository does not say; empty. `isKnown`: whether anything says so
 */
export async function authorsOf({
  config,
  signal,
}: Pick<ValidationContext, 'config' | 'signal'>): Promise<{ names: string[]; isKnown: boolean; error: string }> {
  const { authors } = config.readiness;
  const { repository, since } = config.candidate;
  const from = since ?? config.baselineVersion;
  const named = { names: [...authors], isKnown: authors.length > 0, error: '' };
  if (repository === null) return named;
  if (from === null || !/^[\w./-]+$/.test(from) || from.startsWith('-'))
    return { ...named, error: 'candidate.since is not set' };
  const log = await runProgram(
    'git',
    // Hooks, pagers and helpers of the repository's own configuration are not run.
    [
      '-c',
      'core.fsmonitor=false',
      '-C',
      repository,
      '--no-pager',
      'log',
      '--format=%ae%n%an%n%ce%n%cn',
      `${from}..HEAD`,
      '--',
    ],
    { timeoutMs, signal },
  );
  if (log.kind === 'failed') return { ...named, error: `git could not be run: ${log.reason}` };
  if (log.code !== 0) return { ...named, error: log.stderr.trim().split('\n')[0] ?? 'git failed' };
  const found = log.stdout.split('\n').filter((line) => line !== '');
  const names = [...new Set([...authors, ...found])].slice(0, mostNames);
  return { names, isKnown: names.length > 0, error: '' };
}
