import { closeSync, openSync, readSync } from 'node:fs';
import { findProgram } from '../find-program.ts';
import type { Activity, ModuleProvider } from '../format.ts';
import { ActivityFailed, type Session } from '../session.ts';
import type { Json } from '../values/json.ts';
import { objectOr } from '../values/json.ts';
import { substituteArguments } from '../values/substitute.ts';
import { runToEnd } from './process.ts';
import { isToxiproxyModule, runToxiproxy } from './toxiproxy.ts';

/** What to do where an experiment needs Python. */
export const pythonHint =
  'Install it with `pip install chaostoolkit` and the extension that the module is of, so that `chaos` is on the PATH, or name it in SHAKEDOWN_CHAOS.';

/** Runs the library's own code for one activity, and gives its result back apart from what it prints. */
const bridge = `
import io, json, os, sys
given = json.load(sys.stdin)
def default(value):
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
from chaoslib.activity import ensure_activity_is_valid, run_activity
try:
    ensure_activity_is_valid(given["activity"])
    answer = {"output": run_activity(given["activity"], given["configuration"], given["secrets"])}
except Exception as error:
    answer = {"failed": "%s: %s" % (type(error).__name__, error)}
with os.fdopen(3, "w") as result:
    json.dump(answer, result, default=default)
`;

/**
 * Runs a function of a Python module: those of `chaostoxi` are built in, others run in the Python of an installed `chaos` program.
 * @throws ActivityFailed
 */
export async function runPython(
  activity: Activity,
  provider: ModuleProvider,
  session: Session,
  limitMs: number | null,
): Promise<Json> {
  if (isToxiproxyModule(provider.module)) {
    const given = objectOr(substituteArguments(provider.arguments, session));
    return runToxiproxy(activity, provider, given, session);
  }
  const python = pythonOfChaos(session.environment);
  if (python === null)
    throw new ActivityFailed(`${provider.module} needs Chaos Toolkit, which is not installed. ${pythonHint}`);
  const { configuration, secrets, environment, signal } = session;
  const { status, stderr, result } = await runToEnd(python, ['-c', bridge], {
    title: session.redact.text(activity.name),
    environment,
    limitMs: activity.timeoutSeconds === null ? limitMs : activity.timeoutSeconds * 1000,
    signal,
    input: JSON.stringify({ activity: activity.written, configuration, secrets }),
    withResult: true,
  });
  if (status !== 0 || result === '') {
    throw new ActivityFailed(
      `${provider.module} ended with status ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    );
  }
  const answer = JSON.parse(result) as { output?: Json; failed?: string };
  if (answer.failed !== undefined) throw new ActivityFailed(answer.failed);
  return answer.output ?? null;
}

const checker = `
import json, os, sys
from chaoslib.activity import ensure_activity_is_valid
problems = []
for activity in json.load(sys.stdin):
    try:
        ensure_activity_is_valid(activity)
    except Exception as error:
        problems.append('"%s": %s' % (activity.get("name"), error))
with os.fdopen(3, "w") as result:
    json.dump(problems, result)
`;

/** What Chaos Toolkit finds wrong with activities, without running them: no such module, function or argument. */
export async function pythonProblems(
  python: string,
  activities: readonly Json[],
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string[]> {
  const { status, stderr, result } = await runToEnd(python, ['-c', checker], {
    title: 'check of Python functions',
    environment,
    limitMs: 60_000,
    signal,
    input: JSON.stringify(activities),
    withResult: true,
  });
  if (status === 0 && result !== '') return JSON.parse(result) as string[];
  return [`Chaos Toolkit could not check it: ${stderr.trim().split('\n').at(-1) || `status ${status}`}`];
}

/** The Python that an installed `chaos` program runs in, by its first line; null: there is none. */
export function pythonOfChaos(environment: NodeJS.ProcessEnv): string | null {
  const program = findProgram(environment.SHAKEDOWN_CHAOS || 'chaos', environment.PATH);
  if (program === null) return null;
  const head = Buffer.alloc(512);
  const file = openSync(program, 'r');
  try {
    readSync(file, head);
  } finally {
    closeSync(file);
  }
  const [, interpreter = '', argument] = /^#!\s*(\S+)[ \t]*(\S*)/.exec(head.toString('utf8')) ?? [];
  const name = interpreter.endsWith('/env') ? (argument ?? '') : interpreter;
  return /python/.test(name) ? findProgram(name, environment.PATH) : null;
}
