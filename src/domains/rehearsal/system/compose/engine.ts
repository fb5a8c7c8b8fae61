import { runProgram } from '../../../../environment/run-program.ts';
import { exitCodes, ShakedownError } from '../../../../model/error.ts';
import type { ResolvedCompose } from './settings.ts';

/** A container engine, and the program that reads compose files for it. */
export interface ComposeEngine {
  readonly id: 'docker' | 'podman';
  readonly compose: readonly string[];
}

const engines: readonly ComposeEngine[] = [
  { id: 'docker', compose: ['docker', 'compose'] },
  { id: 'podman', compose: ['podman-compose'] },
];
const askMs = 20_000;

/**
 * The one that is asked for, or the first whose programs both answer.
 * @throws ShakedownError COMPOSE_MISSING
 */
export async function findEngine({ engine }: Pick<ResolvedCompose, 'engine'>): Promise<ComposeEngine> {
  const wanted = engines.filter(({ id }) => engine === null || id === engine);
  const said: string[] = [];
  for (const each of wanted) {
    const why = (await silent([...each.compose, 'version'])) ?? (await silent([each.id, 'ps', '-q']));
    if (why === null) return each;
    said.push(why);
  }
  throw new ShakedownError('COMPOSE_MISSING', `Compose files cannot be run: ${said.join('; ')}.`, {
    hint: 'Start the engine, or install docker compose or podman-compose.',
    exitCode: exitCodes.missingProgram,
  });
}

/** Why a command does not work; null: it does. */
async function silent([program = '', ...args]: readonly string[]): Promise<string | null> {
  const found = await runProgram(program, args, { timeoutMs: askMs });
  if (found.kind === 'failed') return `${program}: ${found.reason}`;
  if (found.code === 0) return null;
  return `${[program, ...args].join(' ')}: ${complaint(found.stderr) || `it ended with ${found.code}`}`;
}

/** What a program complained about first, on one line: what comes later follows from that. */
export function complaint(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('exit code:'));
  const said = lines.find((line) => line.startsWith('Error')) ?? lines.at(-1) ?? '';
  return said
    .replace(/^Error: /, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/\.$/, '')
    .slice(0, 300);
}
