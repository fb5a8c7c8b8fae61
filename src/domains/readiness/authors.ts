import { candidateLog, coAuthorsOf } from '../candidate-log.ts';
import type { ValidationContext } from '../validation.ts';

const mostNames = 1000;

/**
 * Who wrote the candidate: those that the configuration names, and the authors, co-authors and committers of the changes since the version before, by
 * names and addresses, as they stand in the commits and as the repository's `.mailmap` has them.
 * @returns `error`: why the repository does not say, or not all of it; empty. `isKnown`: whether anything says so
 */
export async function authorsOf(
  context: Pick<ValidationContext, 'config' | 'signal'>,
): Promise<{ names: string[]; isKnown: boolean; error: string }> {
  const { authors } = context.config.readiness;
  const { repository } = context.config.candidate;
  const named = { names: [...authors], isKnown: authors.length > 0, error: '' };
  if (repository === null) return named;
  const log = await candidateLog(context, repository, '%ae%n%an%n%ce%n%cn%n%aE%n%aN%n%cE%n%cN');
  if (log.kind === 'no-beginning') return { ...named, error: 'candidate.since is not set' };
  if (log.kind === 'not-run') return { ...named, error: `git could not be run: ${log.reason}` };
  if (log.kind === 'refused') return { ...named, error: log.reason || 'git failed' };
  const messages = await candidateLog(context, repository, '%B');
  if (messages.kind !== 'read') return { ...named, error: 'git could not be asked for the messages of the changes' };
  const names = [
    ...new Set(
      [...authors, ...log.lines, ...coAuthorsOf(messages.lines).flatMap(({ name, address }) => [name, address])].filter(
        (one) => one !== '',
      ),
    ),
  ];
  // One that is left out would count as independent.
  const error = names.length > mostNames ? `there are more than ${mostNames} names` : '';
  return { names: names.slice(0, mostNames), isKnown: names.length > 0, error };
}
