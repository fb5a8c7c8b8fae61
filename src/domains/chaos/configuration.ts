import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import { ledgerExample, ledgerSchema, type ResolvedLedger, resolveLedger } from './ledger/rules.ts';

const program = z.array(z.string().min(1)).min(1);
const hostPort = z.string().regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port');
const httpUrl = z.string().regex(/^https?:\/\//, 'must be an http:// or https:// URL');

const component = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('process').describe('A process on this machine.'),
    pid: z.int().positive().optional().describe('Process id; the one in pidFile when absent.'),
    pidFile: z
      .string()
      .min(1)
      .optional()
      .describe('File that holds the pid, read again for every fault; pid when absent.'),
  }),
  z.strictObject({
    kind: z.literal('link').describe('A connection that goes through a proxy of Toxiproxy.'),
    proxy: z.string().min(1).describe('Name of the proxy in Toxiproxy.'),
    listen: hostPort.describe('Where the proxy listens.'),
    upstream: hostPort.describe('Address that it forwards to.'),
    toxiproxyUrl: httpUrl.optional().describe('API of its Toxiproxy; chaos.toxiproxyUrl when absent.'),
  }),
  z.strictObject({
    kind: z.literal('namespace').describe('A network namespace on this machine.'),
    namespace: z.string().min(1).describe('Network namespace, as in /run/netns.'),
    interface: z.string().min(1).describe('Network interface within it.'),
    peer: hostPort
      .optional()
      .describe('An address that is reached through the interface, to measure by; none when absent.'),
  }),
  z.strictObject({
    kind: z.literal('folder').describe('A folder on a disk of this machine.'),
    path: z.string().min(1).describe('Folder on the disk that is filled.'),
  }),
  z.strictObject({
    kind: z.literal('endpoint').describe('An address that answers HTTP.'),
    url: httpUrl.describe('Where it answers.'),
  }),
  z.strictObject({
    kind: z.literal('database').describe('A PostgreSQL server.'),
    url: z.string().min(1).describe('Connection string of PostgreSQL.'),
    restart: program.optional().describe('Program and arguments that restart it; it is not restarted when absent.'),
    failover: program
      .optional()
      .describe('Program and arguments that make its replica the primary; there is no failover when absent.'),
  }),
  z.strictObject({
    kind: z.literal('workload').describe('Pods of a Kubernetes cluster.'),
    context: z.string().min(1).optional().describe('Context of kubectl; its current one when absent.'),
    namespace: z.string().min(1).describe('Namespace of the pods.'),
    selector: z.string().min(1).describe('Label selector of the pods.'),
  }),
]);

/** What the configuration says of faults. Nothing that it does not name is ever touched. */
const chaosSchema = z
  .strictObject({
    components: z.record(z.string().min(1), component).default({}).describe('What may be broken, by name.'),
    toxiproxyUrl: httpUrl.default('http://127.0.0.1:8474').describe('API of the Toxiproxy that links go through.'),
    ledger: ledgerSchema
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
          'shop-1': { kind: 'process', pidFile: '/run/shop-1.pid' },
          worker: { kind: 'process', pid: 4711 },
          'shop-1 to database': {
            kind: 'link',
            proxy: 'database',
            listen: '127.0.0.1:15432',
            upstream: '127.0.0.1:5432',
            toxiproxyUrl: 'http://127.0.0.1:8474',
          },
          payments: { kind: 'namespace', namespace: 'payments', interface: 'eth0', peer: '10.0.0.2:443' },
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
        noop: false,
      },
    },
  ],
  resolve({ chaos: { ledger, stop, ...rest } }) {
    return {
      chaos: {
        ...rest,
        ledger: ledger === undefined ? null : resolveLedger(ledger),
        stop: { errorPercent: stop.errorPercent, forMs: 1000 * stop.forS },
      },
    };
  },
};
