import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/cli/commands.ts';
import { completionScript } from '../../src/cli/completion.ts';
import { domains } from '../../src/run/domains.ts';

const table = commandTable(domains);
const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What Tab offers after these words; the last one is under way. */
const offers: Record<string, (words: string[]) => string[]> = {
  bash: (words) => {
    const line = `${completionScript('bash', table)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shakedown; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', line, 'bash', ...words], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  },
  zsh: (words) => {
    // What the completion system does is put in place of its own functions, so that the offers come out.
    const line = `compdef() { : }; compadd() { shift; print -l -- "$@" }; _files() { : }
${completionScript('zsh', table)}
words=("$@"); CURRENT=$#; _shakedown`;
    const all = execFileSync('zsh', ['-f', '-c', line, 'zsh', ...words], { encoding: 'utf8' }).split('\n');
    return all.filter((one) => one !== '' && one.startsWith(words.at(-1) ?? ''));
  },
  fish: (words) => {
    const line = `${completionScript('fish', table)}\ncomplete --do-complete '${words.join(' ')}'`;
    const all = execFileSync('fish', ['--no-config', '-c', line], { encoding: 'utf8' }).split('\n');
    return all.map((one) => one.split('\t')[0] ?? '').filter(Boolean);
  },
};

describe.each(Object.keys(offers))('%s', (shell) => {
  const missing = !has(shell);
  const complete = (...words: string[]) => offers[shell]?.(['shakedown', ...words]);

  it.skipIf(missing)(missing ? `completes (skipped: no ${shell})` : 'completes commands, options and choices', () => {
    expect(complete('sim')).toEqual(['simulate']);
    expect(complete('traffic', '')?.toSorted()).toEqual(['anonymize', 'import', 'inspect']);
    expect(complete('simulate', '--dura')).toEqual(['--duration']);
    expect(complete('simulate', '--shape', 's')).toEqual(['spike']);
    expect(complete('simulate', '--duration', '1m', '--dry')).toEqual(['--dry-run']);
    // Its value may be left out.
    expect(complete('simulate', '--chaos', '--seed')).toEqual(['--seed']);
    expect(complete('completion', '')?.toSorted()).toEqual(['bash', 'fish', 'zsh']);
    // Options of another command are none of this one.
    expect(complete('doctor', '--dura')).toEqual([]);
  });
});
