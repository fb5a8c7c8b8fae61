import { runProgram } from '../../../environment/run-program.ts';
import { tlsOptions } from '../../../environment/tls.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ValidationContext } from '../../validation.ts';
import type { Arm, Arms } from './arms.ts';

/**
 * The versions of one's own system.
 * @throws ShakedownError NOT_CONFIGURED, TARGET_NOT_ALLOWED, REGRESSION_PREPARE
 */
export async function configuredArms({ config, target, projectFolder, signal }: ValidationContext): Promise<Arms> {
  const { current, prepare, prepareTimeoutS } = config.regression;
  const [first, second = first] = current;
  if (first === undefined || second === undefined)
    throw new ShakedownError('NOT_CONFIGURED', 'No current version is configured to compare the candidate with.', {
      hint: 'Set regression.current to where it answers.',
    });
  for (const url of current) allowed(url, config.target.allowHosts);
  const { baseUrl } = await target();
  const addresses = new Set([first, second, baseUrl].map((url) => new URL(url).origin));
  const shares = addresses.size < 3;
  if (shares && prepare === null && config.load.writes !== 'safe')
    throw new ShakedownError(
      'NOT_CONFIGURED',
      'Two arms of the comparison share a system, and nothing brings its data back between them: what one writes, the next would read.',
      {
        hint: 'Name two systems in regression.current, or set regression.prepare, or replay reads only (replay.writes: safe).',
      },
    );
  if (addresses.size === 1 && prepare === null)
    throw new ShakedownError('NOT_CONFIGURED', 'The current version and the candidate are at the same address.', {
      hint: 'Set regression.prepare, which brings the system to the version in VERSION.',
    });
  const path = config.target.artifactPath;
  const arm = (id: Arm['id'], url: string, version: string): Arm => ({
    ...{ id, version, baseUrl: url },
    artifactUrl: path === undefined ? null : `${url}${path}`,
  });
  const before = config.baselineVersion ?? 'the current version';
  return {
    arms: [arm('current', first, before), arm('again', second, before), arm('candidate', baseUrl, config.version)],
    tls: await tlsOptions(config.target.tls),
    // Reads alone change nothing, so arms may share a system at the same time, unless it has to become another version.
    sideBySide: !shares || (prepare === null && config.load.writes === 'safe'),
    async prepare({ id, version, baseUrl: url }) {
      if (prepare === null) return;
      const [program = '', ...args] = prepare;
      const outcome = await runProgram(program, args, {
        ...{ timeoutMs: prepareTimeoutS * 1000, cwd: projectFolder, signal },
        env: { ...process.env, ARM: id, VERSION: version, BASE_URL: url },
      });
      signal.throwIfAborted();
      if (outcome.kind === 'ended' && outcome.code === 0) return;
      const last =
        outcome.kind === 'failed' ? '' : ((outcome.stderr || outcome.stdout).trim().split('\n').at(-1) ?? '');
      const why =
        outcome.kind === 'failed'
          ? outcome.reason
          : `code ${outcome.code}${last === '' ? '' : `, ${last.slice(0, 200)}`}`;
      throw new ShakedownError('REGRESSION_PREPARE', `${program}, which prepares the arm ${id}, failed: ${why}.`, {
        hint: 'Run it by hand with ARM, VERSION and BASE_URL in its environment.',
      });
    },
  };
}

/** @throws ShakedownError TARGET_NOT_ALLOWED */
function allowed(url: string, hosts: readonly string[]): void {
  const { host, hostname } = new URL(url);
  if (hosts.includes(host) || hosts.includes(hostname)) return;
  throw new ShakedownError(
    'TARGET_NOT_ALLOWED',
    `${new URL(url).origin} may not be sent traffic: ${host} is not in target.allowHosts.`,
    {
      hint: 'Add it to target.allowHosts if it is yours to load.',
    },
  );
}
