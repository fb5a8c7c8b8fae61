import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import { artifactSchema } from '../model/artifact.ts';
import { ShakedownError } from '../model/error.ts';
import type { Header } from '../model/traffic.ts';
import { targetSchema } from './target.ts';

/** Versions that the sample system can be started at. */
const sampleVersions = ['v2.0.0', 'v2.1.0'] as const;
const newestSample = 'v2.1.0';

const text = z.string().min(1);

const schemas = {
  name: text.optional().describe('Name of the system under test; host of the target when absent.'),
  version: text
    .optional()
    .describe('Version of the release candidate; unknown, or that of the sample system, when absent.'),
  baselineVersion: text.optional().describe('Version in production, to compare with; none when absent.'),
  environment: text.optional().describe('Name of the environment; staging, or sample, when absent.'),
  artifacts: z
    .array(artifactSchema)
    .min(1)
    .optional()
    .describe(
      'What the release candidate is made of, by digest: images, archives, packages; not declared when absent.',
    ),
  target: targetSchema(sampleVersions),
};

/** What is tested, and where it answers. */
export const candidate: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      name: 'shop',
      version: '2.14.0',
      baselineVersion: '2.13.2',
      environment: 'staging',
      artifacts: [
        {
          name: 'ghcr.io/acme/shop',
          digest: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        },
      ],
      target: {
        baseUrl: 'https://staging.example.com',
        allowHosts: ['images.staging.example.com'],
        hosts: { 'https://images.example.com': 'https://images.staging.example.com', 'https://ads.example.com': null },
        headers: { 'x-load-test': 'shakedown' },
        dropHeaders: ['x-forwarded-for'],
        tls: { caFile: 'ca.pem', certFile: 'client.pem', keyFile: 'client.key' },
        http2: true,
        tokenHook: { command: ['./token.sh'], header: 'authorization', everyS: 300 },
        scale: { command: ['kubectl', 'scale', 'deploy/shop', '--replicas={instances}'], instances: 3 },
        healthPath: '/healthz',
        artifactPath: '/artifacts',
      },
    },
    { target: { sample: { defects: 'slow=250,errors=0.02', version: 'v2.1.0' } } },
  ],
  resolve({ target, ...about }, { at }) {
    const orNull = (path: string | undefined) => (path === undefined ? null : at(path));
    const sample = target.sample
      ? { defects: target.sample.defects, version: sampleVersion(target.sample.version ?? about.version) }
      : null;
    const baseUrl = target.baseUrl?.replace(/\/+$/, '') ?? null;
    const allowHosts = allowedHosts(baseUrl, target.allowHosts);
    refuseOtherHosts(target.hosts, allowHosts);
    return {
      name: about.name ?? (baseUrl === null ? 'Sample shop' : new URL(baseUrl).host),
      version: sample?.version ?? about.version ?? 'unknown',
      baselineVersion: about.baselineVersion ?? null,
      environment: about.environment ?? (sample ? 'sample' : 'staging'),
      ...(about.artifacts === undefined ? {} : { artifacts: about.artifacts }),
      target: {
        sample,
        baseUrl,
        allowHosts,
        hosts: target.hosts,
        headers: Object.entries(target.headers).map(([name, value]): Header => [name.toLowerCase(), value]),
        dropHeaders: target.dropHeaders.map((name) => name.toLowerCase()),
        tls: {
          caFile: orNull(target.tls.caFile),
          certFile: orNull(target.tls.certFile),
          keyFile: orNull(target.tls.keyFile),
        },
        http2: target.http2,
        tokenHook: target.tokenHook ? { ...target.tokenHook, header: target.tokenHook.header.toLowerCase() } : null,
        scale: target.scale ?? null,
        healthPath: target.healthPath ?? (sample ? '/healthz' : null),
        ...(target.artifactPath === undefined ? {} : { artifactPath: target.artifactPath }),
      },
    };
  },
};

/** What is started is what the report names: no version but those that exist. */
function sampleVersion(wanted: string = newestSample): (typeof sampleVersions)[number] {
  const version = sampleVersions.find((one) => one === wanted);
  if (version !== undefined) return version;
  throw new ShakedownError('CONFIG_INVALID', `version: the sample system has no version ${JSON.stringify(wanted)}`, {
    hint: `It has ${sampleVersions.join(' and ')}.`,
  });
}

/** That of the base URL first, then the user's, in lower case, each once. */
function allowedHosts(baseUrl: string | null, more: readonly string[]): string[] {
  const own = baseUrl === null ? [] : [new URL(baseUrl).host];
  return [...new Set([...own, ...more.map((host) => host.toLowerCase())])];
}

function refuseOtherHosts(hosts: Readonly<Record<string, string | null>>, allowed: readonly string[]): void {
  for (const [from, to] of Object.entries(hosts)) {
    if (to === null || allowed.includes(new URL(to).host) || allowed.includes(new URL(to).hostname)) continue;
    throw new ShakedownError('CONFIG_INVALID', `target.hosts.${JSON.stringify(from)}: ${to} is not an allowed host`, {
      hint: `Add ${JSON.stringify(new URL(to).host)} to target.allowHosts if it may be sent traffic.`,
    });
  }
}
