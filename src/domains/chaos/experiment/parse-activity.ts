import { findProgram } from './find-program.ts';
import type { Activity, Control, ModuleProvider, Provider } from './format.ts';
import type { Problems } from './problems.ts';
import { isToxiproxyModule, toxiproxyProblem } from './providers/toxiproxy.ts';
import { isObject, type Json, type JsonObject, listOr, objectOr, textOr } from './values/json.ts';

const providerTypes = ['http', 'process', 'python', 'node'];

/** Reads an activity by the rules of Chaos Toolkit's `validate`. @returns null where it is not valid; `problems` says why */
export function parseActivity(written: Json, where: string, problems: Problems): Activity | null {
  const before = problems.list.length;
  const wrong = (message: string) => problems.add(at, message);
  let at = where;
  if (!isObject(written) || Object.keys(written).length === 0) {
    wrong('an empty activity is no activity');
    return null;
  }
  const { type, name, timeout, background } = written;
  const pauses = objectOr(written.pauses);
  if (typeof name === 'string' && name !== '') at = `${where} "${name}"`;
  else wrong('an activity must have a name');
  if (type === undefined || type === null || type === '') wrong('an activity must have a type: probe or action');
  else if (type !== 'probe' && type !== 'action') wrong(`"${type}" is not a type of activity; probe and action are`);
  if (timeout !== undefined && timeout !== null && typeof timeout !== 'number')
    wrong('timeout must be a number of seconds');
  if (background !== undefined && typeof background !== 'boolean') wrong('background must be true or false');
  for (const side of ['before', 'after'] as const) {
    const pause = pauses[side];
    if (typeof pause === 'string' ? !/^\$\{.*\}$/.test(pause) : (pause ?? null) !== null && typeof pause !== 'number') {
      wrong(`pauses.${side} must be a number of seconds, or \${name} of one in the configuration`);
    }
  }
  const provider = parseProvider(written.provider, at, problems);
  const controls = parseControls(written.controls, at, problems);
  if (problems.list.length > before || provider === null) return null;
  return {
    type: type as 'probe' | 'action',
    name: name as string,
    provider,
    pauses: { before: pauses.before ?? null, after: pauses.after ?? null },
    timeoutSeconds: typeof timeout === 'number' ? timeout : null,
    controls,
    hasTolerance: 'tolerance' in written,
    written,
  };
}

function parseProvider(written: Json | undefined, where: string, problems: Problems): Provider | null {
  const wrong = (message: string) => {
    problems.add(where, message);
    return null;
  };
  if (!isObject(written) || Object.keys(written).length === 0) return wrong('an activity requires a provider');
  const { type } = written;
  if (typeof type !== 'string' || type === '') return wrong('a provider must have a type');
  if (!providerTypes.includes(type))
    return wrong(`unknown provider type "${type}"; there are ${providerTypes.join(', ')}`);
  if (type === 'http') return httpProvider(written, wrong);
  if (type === 'process') return processProvider(written, wrong);
  const { module, func } = written;
  const given = written.arguments ?? {};
  if (typeof module !== 'string' || module === '') return wrong(`a ${type} activity must have a module`);
  if (typeof func !== 'string' || func === '')
    return wrong(`a ${type} activity must have a func, the name of a function`);
  if (!isObject(given)) return wrong(`the arguments of a ${type} activity are a mapping`);
  const secrets = listOr(written.secrets).filter((name) => typeof name === 'string');
  const provider: ModuleProvider = { type: type as 'python' | 'node', module, func, arguments: given, secrets };
  const problem = type === 'python' && isToxiproxyModule(module) ? toxiproxyProblem(provider) : null;
  return problem === null ? provider : wrong(problem);
}

function httpProvider(written: JsonObject, wrong: (message: string) => null): Provider | null {
  const { url, headers } = written;
  if (typeof url !== 'string' || url === '') return wrong('an http activity must have a url');
  if (headers && !isObject(headers)) return wrong('the headers of an http activity are a mapping');
  return {
    type: 'http',
    url,
    method: textOr(written.method, 'GET').toUpperCase(),
    headers: headers ?? null,
    timeout: written.timeout ?? null,
    arguments: written.arguments ?? null,
    verifyTls: written.verify_tls !== false,
    maxRetries: typeof written.max_retries === 'number' ? written.max_retries : 0,
  };
}

function processProvider(written: JsonObject, wrong: (message: string) => null): Provider | null {
  const { path, timeout } = written;
  if (typeof path !== 'string' || path === '') return wrong('a process activity must have a path');
  const found = findProgram(path, process.env.PATH);
  if (found === null) return wrong(`the program "${path}" cannot be found, or may not be run`);
  return {
    type: 'process',
    path,
    arguments: written.arguments ?? [],
    timeoutSeconds: typeof timeout === 'number' ? timeout : null,
  };
}

/** Reads the controls of an experiment, a hypothesis or an activity. References are looked up when they are applied. */
export function parseControls(written: Json | undefined, where: string, problems: Problems): Control[] {
  return listOr(written).flatMap((control, index) => {
    const at = `${where === '' ? '' : `${where}, `}controls[${index}]`;
    if (!isObject(control)) {
      problems.add(at, 'a control is a mapping');
      return [];
    }
    const { name, ref, scope } = control;
    const provider = isObject(control.provider) ? control.provider : null;
    if (typeof ref !== 'string') {
      if (typeof name !== 'string' || name === '') problems.add(at, 'a control must have a name');
      else if (provider === null) problems.add(at, `the control "${name}" must have a provider`);
      else if (typeof provider.module !== 'string') problems.add(at, `the control "${name}" must have a module`);
    }
    if (scope && scope !== 'before' && scope !== 'after') problems.add(at, 'the scope of a control is before or after');
    return [
      {
        name: textOr(name, textOr(ref, '')),
        scope: scope === 'before' || scope === 'after' ? scope : null,
        automatic: control.automatic !== false,
        ref: typeof ref === 'string' ? ref : null,
        provider: provider && {
          type: textOr(provider.type, ''),
          module: textOr(provider.module, ''),
          arguments: objectOr(provider.arguments),
        },
      },
    ];
  });
}
