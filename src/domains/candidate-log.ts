import { runProgram } from '../environment/run-program.ts';
import type { ValidationContext } from './validation.ts';

const timeoutMs = 20_000;

/** How a commit names who wrote it beside its author, wherever in its message: the next line goes on where it is indented. */
const coAuthor = /^\s*co-(?:authored|developed)-by\s*:\s*(.*)$/i;

type CandidateLog =
  | { readonly kind: 'read'; readonly from: string; readonly lines: readonly string[] }
  /** Nothing says what the changes are counted from, or not as git names it. */
  | { readonly kind: 'no-beginning' }
  | { readonly kind: 'not-run'; readonly reason: string }
  | { readonly kind: 'refused'; readonly from: string; readonly reason: string };

/**
 * What git knows of the changes since the version before.
 * @param repository folder of the clone
 * @param format of `git log --format`
 * @param more further options of `git log`
 * @returns lines that are not empty, newest change first
 */
export async function candidateLog(
  { config, signal }: Pick<ValidationContext, 'config' | 'signal'>,
  repository: string,
  format: string,
  more: readonly string[] = [],
): Promise<CandidateLog> {
  const from = config.candidate.since ?? config.baselineVersion;
  if (from === null || !/^[\w./-]+$/.test(from) || from.startsWith('-')) return { kind: 'no-beginning' };
  // Hooks, pagers and helpers of the repository's own configuration are not run.
  const asked = ['-c', 'core.fsmonitor=false', '-C', repository, '--no-pager', 'log'];
  const log = await runProgram('git', [...asked, ...more, `--format=${format}`, `${from}..HEAD`, '--'], {
    timeoutMs,
    signal,
  });
  if (log.kind === 'failed') return { kind: 'not-run', reason: log.reason };
  if (log.code !== 0) return { kind: 'refused', from, reason: log.stderr.trim().split('\n')[0] ?? '' };
  return { kind: 'read', from, lines: log.stdout.split('\n').filter((line) => line !== '') };
}

/** Each person that messages of commits name as one who wrote it, too; what is not given is empty. @param lines of messages */
export function coAuthorsOf(lines: readonly string[]): { name: string; address: string }[] {
  return lines.flatMap((line, at) => {
    const [, found] = coAuthor.exec(line) ?? [];
    if (found === undefined) return [];
    const next = lines[at + 1] ?? '';
    const text = `${found} ${/^\s/.test(next) ? next.trim() : ''}`.trim();
    const address = /<([^>]*)>/.exec(text)?.[1]?.trim() ?? '';
    return [{ name: text.replace(/<.*$/, '').trim(), address }];
  });
}
