import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { LoadedConfig, Overrides } from '../domains/command.ts';
import type { Domain } from '../domains/domain.ts';
import { changed } from '../gate/objectives.ts';
import type { ResolvedConfig } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import { builtInConfig } from './built-in.ts';
import { evidenceRefuser } from './evidence-names.ts';
import { findFile } from './find-file.ts';
import { objectiveProblems } from './objective-rules.ts';
import { overlaid } from './overlay.ts';
import { readPolicy } from './policy.ts';
import { checked } from './problems.ts';
import { readConfigFile, readData } from './read.ts';
import { type ConfigurationRules, configurationRules, judgeable } from './schema.ts';

/** What `--out` sets. */
const folderKey = 'reports.folder';

export interface LoadConfigOptions {
  cwd: string;
  /** Each may have keys of its own. */
  domains: readonly Domain[];
  /** Use this file and no other; relative to `cwd`. */
  file?: string | undefined;
  /** Laid over the file before defaults are filled in. */
  overrides?: Overrides | undefined;
  /** For commands that replay nothing: a system of the user's own then needs no recording. */
  replays?: boolean | undefined;
  /** Name of the policy where nothing else names one; absent: none. */
  policy?: string | undefined;
}

/**
 * Finds, reads and checks the configuration (`shakedown.config.ts`, `.mts`, `.js`, `.mjs`, `.yaml`, `.yml` or `.json` in `cwd`), reads
 * the files it names, such as a load profile, and fills in defaults. Without a file: the sample system and its recording.
 * @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_SYNTAX, CONFIG_INVALID, PROFILE_INVALID, POLICY_NOT_FOUND, POLICY_INVALID
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const { cwd, domains, overrides = {}, replays = true } = options;
  const file = findFile(cwd, options.file);
  const folder = file === null ? resolve(cwd) : dirname(file);
  const written = file === null ? builtInConfig(availableParallelism()) : await readConfigFile(file);
  const keys = Object.keys({ ...(written as object), ...overrides });
  const hasObjectives = keys.includes('objectives') || keys.includes('thresholds');
  const rules = await configurationRules(domains, { hasObjectives });
  const check = (value: unknown, what: string) => checked(rules.schema, value, what, 'CONFIG_INVALID', rules.renamed);
  check(written, file ?? 'The built-in configuration');
  const read = await filesRead(rules, { ...(written as object), ...overrides }, folder);
  const parsed = check(overlaid(written as object, { ...overrides, ...read }), 'The configuration');
  const usualReports = ({ [folderKey]: _, ...others }: Overrides): string => {
    if (!Object.hasOwn(overrides, folderKey))
      return resolve(folder, (parsed as { reports: { folder: string } }).reports.folder);
    const usual = check(overlaid(written as object, others), 'The configuration') as { reports: { folder: string } };
    return resolve(folder, usual.reports.folder);
  };
  const isSample = (parsed.target as { sample?: object }).sample !== undefined;
  const tags = Object.keys((parsed.traffic as { tags?: object } | undefined)?.tags ?? {});
  const context = {
    ...{ at: (path: string) => resolve(folder, path), isSample, replays, tags },
    refuseEvidence: evidenceRefuser(domains),
  };
  const config = Object.assign({}, ...rules.parts.map((part) => part.resolve(parsed, context))) as ResolvedConfig;
  const usualFolder = usualReports({ ...overrides, ...read });
  if (usualFolder !== config.reports.folder) config.reports = { ...config.reports, usualFolder };
  const policy = parsed.policy ?? options.policy;
  if (typeof policy === 'string') {
    const known = await judgeable(domains);
    config.policy = await readPolicy(policy, folder, known);
    const objectives = changed(changed(known.defaults, config.objectives), config.policy.objectives);
    const lacking = Object.keys(config.policy.objectives).filter((id) => !objectives.some((one) => one.id === id));
    const problems = [
      ...lacking.map((id) => `it names ${id}, and the table of objectives of the configuration lacks it`),
      ...objectiveProblems(objectives, known),
    ];
    if (problems.length > 0)
      throw new ShakedownError('POLICY_INVALID', `The policy ${config.policy.name}: ${problems.join('\n')}`, {
        hint: 'Correct its objectives, or those of the configuration.',
      });
  }
  return { config, file, folder, overrides };
}

/** What stands in files that keys name: `profile` in a file of load/profiles/. @throws ShakedownError PROFILE_INVALID and the like */
async function filesRead(
  { files, renamed }: ConfigurationRules,
  written: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<Overrides> {
  const named = Object.entries(files).flatMap(([key, schema]) => {
    const path = written[key];
    return typeof path === 'string' ? [{ key, schema, file: resolve(folder, path) }] : [];
  });
  const read = named.map(async ({ key, schema, file }) => {
    const code = `${key.toUpperCase()}_INVALID`;
    return [key, checked(schema, await readData(file), file, code, renamed)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
