import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Experiment } from './format.ts';
import { parseActivity } from './parse-activity.ts';
import { Problems } from './problems.ts';
import { faultModule, noInjector } from './providers/faults.ts';
import { pythonHint, pythonOfChaos } from './providers/python.ts';
import { runProvider } from './providers/run.ts';
import { isToxiproxyModule, toxiproxyUrl } from './providers/toxiproxy.ts';
import { redaction } from './redact.ts';
import type { Session } from './session.ts';
import { isObject, type Json, type JsonObject, textOr } from './values/json.ts';
import { lookupOf, substitute } from './values/substitute.ts';
import { type GivenVariables, resolveConfiguration, resolveSecrets } from './variables.ts';

type Given = Omit<Session, 'experiment' | 'configuration' | 'secrets' | 'lookup' | 'redact' | 'leftovers'>;

/**
 * Resolves configuration and secrets, runs the probes that the configuration holds, and checks that everything that the experiment needs
 * is there, so that nothing is started that cannot be ended.
 * @throws ShakedownError EXPERIMENT_VARIABLE, EXPERIMENT_VAULT, EXPERIMENT_HOST (not among the allowed ones), EXPERIMENT_NEEDS (Python, or
 * components for faults)
 */
export async function prepare(written: Experiment, variables: GivenVariables, given: Given): Promise<Session> {
  const environment = { ...given.environment, ...variables.environment };
  const static_ = resolveConfiguration(written.configuration, variables.configuration, environment);
  const secrets = resolveSecrets(written.secrets, variables.secrets, environment);
  const redact = redaction(secrets);
  const session = (configuration: JsonObject): Session => ({
    ...given,
    environment,
    experiment: {
      ...written,
      title: textOr(substitute(written.title, lookupOf(configuration, secrets)), written.title),
    },
    configuration,
    secrets,
    lookup: lookupOf(configuration, secrets),
    redact,
    warn: (text) => given.warn(redact.text(text)),
    leftovers: [],
  });
  requireAll(session(static_));
  const configuration = await dynamic(static_, session);
  const ready = session(configuration);
  requireAll(ready);
  return ready;
}

/** Chaos Toolkit goes on without what a probe of the configuration could not give. */
async function dynamic(configuration: JsonObject, sessionOf: (known: JsonObject) => Session): Promise<JsonObject> {
  const known: JsonObject = {};
  for (const [key, value] of Object.entries(configuration)) {
    if (!isObject(value) || value.type !== 'probe') {
      known[key] = value;
      continue;
    }
    const session = sessionOf(known);
    const problems = new Problems();
    const activity = parseActivity({ name: key, ...value }, `configuration.${key}`, problems);
    if (activity === null) throw new ShakedownError('EXPERIMENT_INVALID', `${problems.lines.join('; ')}.`);
    try {
      const output = session.dry === null ? await runProvider(activity, 'configuration', session) : null;
      const { type } = activity.provider;
      if (type === 'process' && isObject(output) && output.status !== 0) throw new Error(textOr(output.stderr, ''));
      known[key] = result(type, output);
    } catch (error) {
      session.signal.throwIfAborted();
      session.warn(`The configuration has no "${key}", as its probe failed: ${(error as Error).message}`);
    }
  }
  return known;
}

function result(type: string, output: Json): Json {
  if (!isObject(output)) return output;
  if (type === 'process') return textOr(output.stdout, '').trim();
  return type === 'http' ? (output.body ?? null) : output;
}

function requireAll(session: Session): void {
  const { experiment } = session;
  const steps = [...(experiment.hypothesis?.steps ?? []), ...experiment.method, ...experiment.rollbacks];
  for (const { activity } of steps) {
    const { provider, name } = activity;
    if (provider.type === 'http') requireHost(substitute(provider.url, session.lookup), name, session);
    if (session.dry !== null) continue;
    if (provider.type === 'node' && provider.module === faultModule && session.injector === null) {
      throw new ShakedownError('EXPERIMENT_NEEDS', `${JSON.stringify(name)}: ${noInjector(provider.func)}.`, {
        hint: 'Run it under a configuration whose chaos part names components, or by `shakedown simulate --chaos` on the sample system.',
      });
    }
    if (provider.type !== 'python') continue;
    if (isToxiproxyModule(provider.module)) {
      const url = toxiproxyUrl(session.configuration);
      if (url !== null) requireHost(url.href, name, session);
    } else if (pythonOfChaos(session.environment) === null) {
      throw new ShakedownError(
        'EXPERIMENT_NEEDS',
        `${JSON.stringify(name)} is of the Python module ${provider.module}, and no \`chaos\` program is installed.`,
        {
          hint: pythonHint,
        },
      );
    }
  }
}

function requireHost(address: Json, name: string, session: Session): void {
  const error = hostError(address, name, session);
  if (error !== null) throw error;
}

/** Why an activity may not ask what its address names; null: it may, or the address is not known yet. @param written with variables in it */
export function hostProblem(
  written: string,
  name: string,
  { lookup, allows }: Pick<Session, 'lookup' | 'allows'>,
): ShakedownError | null {
  return hostError(substitute(written, lookup), name, { allows });
}

function hostError(address: Json, name: string, { allows }: Pick<Session, 'allows'>): ShakedownError | null {
  if (typeof address !== 'string' || address.includes('${') || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (allows(url)) return null;
  return new ShakedownError(
    'EXPERIMENT_HOST',
    `${JSON.stringify(name)} is to contact ${url.host}, which is not among the allowed hosts.`,
    {
      hint: 'Add it to target.allowHosts, or give --allow-host, if it is yours to test.',
      exitCode: exitCodes.usage,
    },
  );
}
