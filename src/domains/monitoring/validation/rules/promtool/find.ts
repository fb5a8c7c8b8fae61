import { onPath } from '../../../../../environment/paths.ts';
import { runProgram } from '../../../../../environment/run-program.ts';
import { exitCodes, ShakedownError } from '../../../../../model/error.ts';

export interface Promtool {
  readonly path: string;
  /** `2.42.0` */
  readonly version: string;
}

const oldest = [2, 30] as const;

/**
 * Finds promtool: SHAKEDOWN_PROMTOOL, then PATH.
 * @throws ShakedownError PROMTOOL_MISSING where there is none that can be used
 */
export async function findPromtool(env: NodeJS.ProcessEnv = process.env, signal?: AbortSignal): Promise<Promtool> {
  const places = [...(env.SHAKEDOWN_PROMTOOL ? [env.SHAKEDOWN_PROMTOOL] : []), ...onPath('promtool', env)];
  const reasons: string[] = [];
  for (const path of places) {
    const outcome = await runProgram(path, ['--version'], { timeoutMs: 10_000, signal });
    if (outcome.kind === 'failed') reasons.push(`${path}: ${outcome.reason}`);
    else {
      const [, version, major, minor] =
        /promtool, version ((\d+)\.(\d+)\S*)/.exec(outcome.stdout + outcome.stderr) ?? [];
      const isNew = Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
      if (version !== undefined && isNew) return { path, version: version.replace(/\+.*$/, '') };
      reasons.push(
        `${path}: ${version === undefined ? 'it does not answer as promtool does' : `version ${version} is too old`}`,
      );
    }
  }
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  throw new ShakedownError('PROMTOOL_MISSING', `There is no promtool to check rules with${why}.`, {
    hint: 'Install Prometheus (Debian: `apt install prometheus`), or name promtool in SHAKEDOWN_PROMTOOL.',
    exitCode: exitCodes.missingProgram,
  });
}
