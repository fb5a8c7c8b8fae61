import type { AskThrough, RunTarget } from '../../domains/companion.ts';
import { checkHealth } from '../../domains/monitoring/public.ts';
import { tlsOptions } from '../../environment/tls.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import { parseDefects } from '../../sample/defects.ts';
import { startSample } from '../../sample/start.ts';
import { probeArtifacts } from './artifacts.ts';
import { targetDown } from './target-down.ts';

interface Opening {
  /** Of the Toxiproxy that connections within the sample system go through; null: none. */
  toxiproxyUrl?: string | null;
  /** Checks the target from elsewhere; absent: from here. */
  ask?: AskThrough | undefined;
  /** Called once it is known where the sample system will answer, which is long before it does. */
  addressed?(baseUrl: string): void;
}

/**
 * Starts the sample system or checks that the configured target answers.
 * @param before where the sample system answered when the run began; it gets the same port
 * @throws ShakedownError TARGET_NOT_ALLOWED, TARGET_DOWN, TARGET_ARTIFACTS
 */
export async function openTarget(
  config: ResolvedConfig,
  teardown: Teardown,
  signal: AbortSignal,
  before: string | null,
  { toxiproxyUrl = null, ask, addressed }: Opening = {},
): Promise<RunTarget> {
  const { target } = config;
  if (target.sample !== null) {
    const version = target.sample.version === 'v2.0.0' ? 'v2.0.0' : 'v2.1.0';
    const over = new AbortController();
    const starting = startSample({
      version,
      defects: parseDefects(target.sample.defects),
      signal: AbortSignal.any([signal, over.signal]),
      port: before === null ? 0 : Number(new URL(before).port),
      warmUp: true,
      ...(toxiproxyUrl === null ? {} : { toxiproxyUrl }),
      ...(addressed === undefined ? {} : { addressed }),
    });
    // It may be starting still when what goes on meanwhile fails.
    teardown.before('stop the sample system', async () => {
      over.abort();
      await starting.then(
        (started) => started.stop(),
        () => {},
      );
    });
    const sample = await starting;
    const url = `${sample.baseUrl}/healthz`;
    const probe = () => probeArtifacts({ url: `${sample.baseUrl}/artifacts`, headers: {}, tls: {} });
    return {
      baseUrl: sample.baseUrl,
      label: `bundled sample system at ${sample.baseUrl}`,
      sample,
      artifacts: await probe(),
      probe,
      check: () => checkHealth(url, true, {}, {}),
    };
  }
  const baseUrl = target.baseUrl ?? '';
  allowed(baseUrl, target.allowHosts);
  for (const origin of Object.values(target.hosts)) if (origin !== null) allowed(origin, target.allowHosts);
  const tls = await tlsOptions(target.tls);
  const url = `${baseUrl}${target.healthPath ?? '/'}`;
  const [strict, headers] = [target.healthPath !== null, Object.fromEntries(target.headers)];
  const check = () => checkHealth(url, strict, headers, tls, ask);
  const health = await check();
  if (!health.up) throw targetDown(url, health.detail, config);
  const { artifactPath } = target;
  const probe = async () =>
    artifactPath === undefined
      ? []
      : probeArtifacts({ url: `${baseUrl}${artifactPath}`, headers, tls, ...(ask && { ask }) });
  return { baseUrl, label: baseUrl, sample: null, artifacts: await probe(), check, probe };
}

/** @throws ShakedownError TARGET_NOT_ALLOWED */
function allowed(origin: string, hosts: readonly string[]): void {
  const { host, hostname } = new URL(origin);
  if (hosts.includes(host) || hosts.includes(hostname)) return;
  throw new ShakedownError(
    'TARGET_NOT_ALLOWED',
    `${origin} may not be sent traffic: ${host} is not in target.allowHosts.`,
    {
      hint: 'Add it to target.allowHosts if it is yours to load.',
    },
  );
}
