import { z } from 'zod';
import { hostPortSchema, httpUrlSchema, postgresUrlSchema } from '../../model/address-schemas.ts';
import { secret } from '../../model/secret.ts';
import type { Configuration } from '../configuration.ts';
import { ledgerExample, ledgerSchema, type ResolvedLedger, resolveLedger } from './ledger/rules.ts';

const program = secret('arguments', z.array(z.string().min(1)).min(1));
/** Host and port on this machine only. */
const ownHostPort = /^(localhost|127(\.\d{1,3}){3}|\[::1\]):\d{1,5}$/;
const networkInterface = z
  .string()
  .regex(/^[^\s/:-][^\s/:]{0,14}$/, 'must be the name of a network interface, such as eth0');

const shared = {
  affectedPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'Share of your users whose requests go through it: one of three instances has 33. The response time under a fault is judged for the others; for all when absent.',
    ),
};

const component = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('process').describe('A process on this machine.'),
      ...shared,
      pid: z.int().min(2).optional().describe('Process id; the one in pidFile when absent.'),
      pidFile: z
        .string()
        .min(1)
        .optional()
        .describe('File that holds the pid, read again for every fault; pid when absent.'),
    })
    .refine(({ pid, pidFile }) => pid !== undefined || pidFile !== undefined, 'needs pid or pidFile')
    .refine(({ pid, pidFile }) => pid === undefined || pidFile === undefined, 'needs either pid or pidFile, not both'),
  z
    .strictObject({
      kind: z.literal('link').describe('A connection that goes through a proxy of Toxiproxy.'),
      ...shared,
      proxy: z.string().min(1).describe('Name of the proxy in Toxiproxy.'),
      listen: hostPortSchema.describe('Where the proxy listens.'),
      upstream: hostPortSchema.describe('Address that it forwards to.'),
      toxiproxyUrl: httpUrlSchema
        .optional()
        .describe(
          'API of its Toxiproxy. With start, that of the one that Shakedown starts; otherwise chaos.toxiproxyUrl when absent.',
        ),
      start: z
        .boolean()
        .default(false)
        .describe(
          'Whether Shakedown starts a Toxiproxy and makes this proxy before the experiments, and ends both after them. listen must then be on this machine.',
        ),
    })
    .refine(({ start, listen }) => !start || ownHostPort.test(listen), {
      path: ['listen'],
      error: 'must be on this machine, such as 127.0.0.1:15432, because Shakedown is to start the proxy',
    })
    .refine(({ start, toxiproxyUrl }) => !start || toxiproxyUrl === undefined, {
      path: ['toxiproxyUrl'],
      error: 'must be absent, because Shakedown is to start a Toxiproxy',
    })
    .refine(({ listen, upstream }) => listen !== upstream, {
      path: ['upstream'],
      error: 'must be another address than listen, or the proxy would connect to itself',
    }),
  z.strictObject({
    kind: z.literal('namespace').describe('A network namespace on this machine.'),
    ...shared,
    namespace: z
      .string()
      .regex(/^[^\s/-][^\s/]*$/, 'must be a name as in /run/netns')
      .describe('Network namespace, as in /run/netns.'),
    interface: networkInterface.describe('Network interface within it.'),
    peer: hostPortSchema
      .optional()
      .describe('An address that is reached through the interface, to measure by; none when absent.'),
  }),
  z.strictObject({
    kind: z
      .literal('container')
      .describe('A container on this machine. It is also a process (its first) and a network namespace.'),
    ...shared,
    container: z
      .string()
      .regex(/^[a-z0-9][\w.-]*$/i, 'must be the name or the id of a container')
      .describe('Name or id of the container.'),
    engine: z.enum(['docker', 'podman']).default('docker').describe('Program that manages the container.'),
    interface: networkInterface.default('eth0').describe('Network interface within it.'),
    peer: hostPortSchema
      .optional()
      .describe(
        'An address that it reaches through the interface, to measure by; network faults need it; none when absent.',
      ),
  }),
  z.strictObject({
    kind: z.literal('folder').describe('A folder on a disk of this machine.'),
    ...shared,
    path: z.string().min(1).describe('Folder on the disk that is filled.'),
  }),
  z.strictObject({
    kind: z.literal('endpoint').describe('An address that answers HTTP.'),
    ...shared,
    url: httpUrlSchema.describe('Where it answers.'),
  }),
  z.strictObject({
    kind: z.literal('database').describe('A PostgreSQL server.'),
    ...shared,
    url: postgresUrlSchema.describe('Connection string of PostgreSQL.'),
    restart: program.optional().describe('Program and arguments that restart it; it is not restarted when absent.'),
    failover: program
      .optional()
      .describe('Program and arguments that make its replica the primary; there is no failover when absent.'),
  }),
  z.strictObject({
    kind: z.literal('workload').describe('Pods of a Kubernetes cluster.'),
    ...shared,
    context: z.string().min(1).optional().describe('Context of kubectl; its current one when absent.'),
    namespace: z
      .string()
      .regex(
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
        'must be the name of a namespace: lower-case letters, digits and dashes',
      )
      .describe('Namespace of the pods.'),
    selector: z.string().min(1).describe('Label selector of the pods.'),
  }),
]);

/** Each by its name; no two that Shakedown is to start may be the same proxy, or listen at the same address. */
const components = z.record(z.string().min(1), component).superRefine((all, { addIssue }) => {
  const started = Object.entries(all).flatMap(([name, one]) =>
    one.kind === 'link' && one.start ? [{ name, ...one }] : [],
  );
  for (const key of ['proxy', 'listen'] as const) {
    const taken = new Map<string, string>();
    for (const { name, [key]: value } of started) {
      const other = taken.get(value);
      if (other === undefined) taken.set(value, name);
      else
        addIssue({
          code: 'custom',
          path: [name, key],
          message: `is also that of ${JSON.stringify(other)}: give it another`,
        });
    }
  }
});

/** What the configuration says of faults. Nothing that it does not name is ever touched. */
const chaosSchema = z
  .strictObject({
    components: components.default({}).describe('What may be broken, by name.'),
    toxiproxyUrl: httpUrlSchema
      .default('http://127.0.0.1:8474')
      .describe('API of the Toxiproxy that links go through.'),
    // Its sign-in, headers and bodies hold credentials.
    ledger: secret('value', ledgerSchema)
      .optional()
      .describe(
        'Writes that are followed through the faults, to find acknowledged ones that were lost; none, or those of the sample system, when absent.',
      ),
    stop: z
      .strictObject({
        errorPercent: z
          .number()
          .min(0)
          .max(100)
          .default(50)
          .describe('A higher share of failed requests ends an experiment.'),
        forS: z.number().min(1).max(600).default(10).describe('How long the share must stay above it.'),
      })
      .prefault({})
      .describe('When faults are removed early.'),
    withoutControls: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Controls of experiments that are left out on purpose, by name; any other that cannot be loaded is refused.',
      ),
    noop: z
      .boolean()
      .default(false)
      .describe('Negative control: do everything but the faults themselves; each is then reported as not seen.'),
  })
  .prefault({})
  .describe('What may be broken on purpose, and when to stop.');

export type ChaosComponent = z.output<typeof component>;

export interface ResolvedChaos {
  components: Record<string, ChaosComponent>;
  toxiproxyUrl: string;
  ledger: ResolvedLedger | null;
  stop: { errorPercent: number; forMs: number };
  withoutControls: string[];
  noop: boolean;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    chaos: ResolvedChaos;
  }
}

const schemas = { chaos: chaosSchema };

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      chaos: {
        components: {
          'shop-1': { kind: 'process', pidFile: '/run/shop-1.pid', affectedPercent: 33 },
          worker: { kind: 'process', pid: 4711 },
          'shop-1 to database': {
            kind: 'link',
            proxy: 'database',
            listen: '127.0.0.1:15432',
            upstream: '127.0.0.1:5432',
            toxiproxyUrl: 'http://127.0.0.1:8474',
          },
          'shop to Redis': {
            kind: 'link',
            proxy: 'redis',
            listen: '127.0.0.1:16379',
            upstream: '127.0.0.1:6379',
            start: true,
          },
          payments: { kind: 'namespace', namespace: 'payments', interface: 'eth0', peer: '10.0.0.2:443' },
          cache: {
            kind: 'container',
            container: 'shop-redis-1',
            engine: 'podman',
            interface: 'eth0',
            peer: '10.88.0.1:8081',
          },
          uploads: { kind: 'folder', path: '/var/lib/shop/uploads' },
          api: { kind: 'endpoint', url: 'http://127.0.0.1:8081' },
          database: {
            kind: 'database',
            url: 'postgres://shop@127.0.0.1/shop',
            restart: ['systemctl', 'restart', 'postgresql'],
            failover: ['patronictl', 'failover', '--force'],
          },
          pods: { kind: 'workload', context: 'staging', namespace: 'shop', selector: 'app=shop' },
        },
        toxiproxyUrl: 'http://127.0.0.1:8474',
        ledger: ledgerExample,
        stop: { errorPercent: 50, forS: 10 },
        withoutControls: ['write to our log'],
        noop: false,
      },
    },
  ],
  resolve({ chaos: { ledger, stop, components, ...rest } }, { at }) {
    return {
      chaos: {
        ...rest,
        components: Object.fromEntries(Object.entries(components).map(([name, one]) => [name, absolute(one, at)])),
        ledger: ledger === undefined ? null : resolveLedger(ledger),
        stop: { errorPercent: stop.errorPercent, forMs: 1000 * stop.forS },
      },
    };
  },
};

function absolute(given: ChaosComponent, at: (path: string) => string): ChaosComponent {
  if (given.kind === 'folder') return { ...given, path: at(given.path) };
  if (given.kind !== 'process' || given.pidFile === undefined) return given;
  return { ...given, pidFile: at(given.pidFile) };
}
