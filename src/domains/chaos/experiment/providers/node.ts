import { realpath } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ModuleProvider } from '../format.ts';
import { ActivityFailed, type Session } from '../session.ts';
import { type Json, type JsonObject, objectOr } from '../values/json.ts';

/** What a function of a user's own module is given after its arguments. */
interface OwnContext {
  configuration: JsonObject;
  /** Of the groups that the activity names, as one mapping. */
  secrets: JsonObject;
  signal: AbortSignal;
}

/** The functions of a module beside the experiment. */
export type OwnModule = Record<string, unknown>;

/**
 * Loads a module that lies in the folder of the experiment, or below.
 * @throws ActivityFailed where it lies elsewhere, is not there or cannot be loaded
 */
export async function ownModule(module: string, experimentFile: string): Promise<OwnModule> {
  const folder = await realpath(dirname(experimentFile));
  const file = await realpath(resolve(folder, module)).catch(() => {
    throw new ActivityFailed(`the module ${module} is not there`);
  });
  const from = relative(folder, file);
  if (from === '..' || from.startsWith(`..${sep}`) || resolve(from) === from) {
    throw new ActivityFailed(`the module ${module} lies outside the folder of the experiment`);
  }
  try {
    return (await import(pathToFileURL(file).href)) as OwnModule;
  } catch (cause) {
    throw new ActivityFailed(`the module ${module} cannot be loaded: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Runs a user's own function, with the arguments as its first parameter. What it gives back becomes JSON.
 * @throws ActivityFailed with what it threw
 */
export async function runOwnFunction(provider: ModuleProvider, given: JsonObject, session: Session): Promise<Json> {
  const module = await ownModule(provider.module, session.experiment.file);
  const { [provider.func]: run } = module;
  if (typeof run !== 'function')
    throw new ActivityFailed(`the module ${provider.module} exports no function "${provider.func}"`);
  const secrets = Object.assign({}, ...provider.secrets.map((name) => objectOr(session.secrets[name])));
  const context: OwnContext = { configuration: session.configuration, secrets, signal: session.signal };
  try {
    const output: unknown = await run(given, context);
    return output === undefined ? null : (JSON.parse(JSON.stringify(output) ?? 'null') as Json);
  } catch (cause) {
    if (session.signal.aborted) throw session.signal.reason;
    throw new ActivityFailed(cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause), { cause });
  }
}
