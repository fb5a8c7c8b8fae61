import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { usualPace } from '../stack/visitors.ts';
import type { FaultedSystem, LiveFault } from './fault.ts';

/** With the visitors' pace more orders are under way than the pools have connections, also on a busy machine. */
const slowOrderS = 2;

/** Of 60, so that more than 80 % are taken also while the shop has none. */
const otherClients = 49;

/** What can be done to the sample system. Nothing of it outlives the system's processes but triggers, which are in a database that is thrown away. */
export const sampleFaults: readonly LiveFault[] = [
  {
    id: 'instance-hangs',
    title: 'A shop instance hangs',
    ...{
      raises: ['ShopInstanceDown'],
      mayRaise: ['ShopSlow', 'ShopErrorBudgetBurnsFast', 'ShopErrorBudgetBurnsSlowly', 'ShopOrdersFail'],
    },
    turn: 2,
    async begin({ sample }) {
      const pid = sample.system.instances.at(-1)?.pid;
      return pid === undefined ? async () => {} : stopped([pid]);
    },
  },
  {
    id: 'orders-fail-slowly',
    title: 'Every order waits for two seconds in the database and is then refused',
    ...{
      raises: ['ShopErrorBudgetBurnsFast', 'ShopOrdersFail', 'ShopSlow', 'ShopDatabasePoolExhausted'],
      mayRaise: ['ShopErrorBudgetBurnsSlowly', 'ShopNoOrders'],
    },
    turn: 1,
    system: 'second',
    begin: (at) =>
      withTrigger(at, `PERFORM pg_sleep(${slowOrderS}); RAISE EXCEPTION 'refused';`, {
        perSecond: 40,
        orderShare: 0.9,
      }),
  },
  {
    id: 'database-hangs',
    title: 'The database hangs',
    raises: ['ShopDatabaseDown'],
    needs: ['postgres'],
    mayRaise: [
      ...['ShopErrorBudgetBurnsFast', 'ShopErrorBudgetBurnsSlowly', 'ShopOrdersFail', 'ShopSlow', 'ShopNoOrders'],
      ...['ShopDatabasePoolExhausted', 'ShopInstanceDown'],
    ],
    turn: 1,
    begin: async ({ sample }) => stopped([sample.system.database.pid, ...childrenOf(sample.system.database.pid)]),
  },
  {
    id: 'connections-taken',
    title: 'Other clients take nearly all connections of the database',
    raises: ['ShopDatabaseConnectionsHigh'],
    needs: ['postgres'],
    // The shop may want more than the few that are left.
    mayRaise: [
      ...['ShopErrorBudgetBurnsFast', 'ShopErrorBudgetBurnsSlowly', 'ShopOrdersFail', 'ShopSlow'],
      'ShopDatabasePoolExhausted',
    ],
    turn: 2,
    async begin({ sample }) {
      const opened = Array.from({ length: otherClients }, async () => {
        const client = new pg.Client({ connectionString: sample.system.database.url, application_name: 'other' });
        // It is ended with the database at the latest.
        client.on('error', () => {});
        return client.connect().then(
          () => client,
          () => null,
        );
      });
      const clients = (await Promise.all(opened)).filter((client) => client !== null);
      return async () => {
        await Promise.all(clients.splice(0).map((client) => client.end().catch(() => {})));
      };
    },
  },
  {
    id: 'targets-lost',
    title: 'Service discovery loses the shop',
    ...{ raises: ['ShopTargetsMissing'], mayRaise: [] },
    turn: null,
    async begin({ targets }) {
      await targets.without('shop');
      return () => targets.restore();
    },
  },
  {
    id: 'jobs-lost',
    title: 'Service discovery loses the exporters, the balancer and Alertmanager',
    ...{ raises: ['MonitoringTargetMissing'], mayRaise: [] },
    needs: ['postgres', 'node'],
    turn: null,
    // On the first one a database that hangs inhibits warnings.
    system: 'second',
    async begin({ targets }) {
      await targets.without('alertmanager', 'balancer', 'node', 'postgres');
      return () => targets.restore();
    },
  },
  {
    id: 'targets-unreachable',
    title: 'Nothing listens where the node exporter, the balancer and Alertmanager were scraped',
    ...{ raises: ['MonitoringTargetDown'], mayRaise: [] },
    needs: ['node'],
    turn: null,
    // On the first one a database that hangs inhibits warnings.
    system: 'second',
    async begin({ targets }) {
      await targets.unreachable('alertmanager', 'balancer', 'node');
      return () => targets.restore();
    },
  },
  {
    id: 'slack-refuses',
    title: 'Slack refuses messages',
    ...{ raises: ['MonitoringNotificationsFail'], mayRaise: [] },
    turn: null,
    breaks: ['shop-slack'],
    async begin({ receivers, post }) {
      receivers.fail('shop-slack', 404);
      const labels = { alertname: 'SomethingElse', severity: 'warning', service: 'other', environment: 'production' };
      await post(labels, false);
      return async () => {
        receivers.restore();
        await post(labels, true);
      };
    },
  },
];

// The processes go on when the pipe closes, be it because this process is gone: what hangs cannot be ended in order.
const holding = `kill -STOP "$@"
echo held
read -r end
kill -CONT "$@"`;

/** Stops processes, so that they hang. @returns lets them go on */
async function stopped(pids: readonly number[]): Promise<() => Promise<void>> {
  const shell = spawn('/bin/sh', ['-c', holding, 'sh', ...pids.map(String)], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
  });
  shell.stdin.on('error', () => {});
  const gone = once(shell, 'exit').catch(() => {});
  await Promise.race([once(shell.stdout, 'data'), gone]);
  return async () => {
    shell.stdin.end();
    await gone;
  };
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => {
      try {
        const stat = readFileSync(`/proc/${other}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });
}

/** @param body PL/pgSQL that is done before each order is stored */
async function withTrigger(
  { sample, visitors }: FaultedSystem,
  body: string,
  pace: { perSecond: number; orderShare: number },
): Promise<() => Promise<void>> {
  const asked = async (sql: string) => {
    const client = new pg.Client({ connectionString: sample.system.database.url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  await asked(`CREATE OR REPLACE FUNCTION shakedown_fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;
    DROP TRIGGER IF EXISTS shakedown_fault ON orders;
    CREATE TRIGGER shakedown_fault BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shakedown_fault();`);
  visitors.pace(pace);
  return async () => {
    visitors.pace(usualPace);
    await asked('DROP TRIGGER IF EXISTS shakedown_fault ON orders');
  };
}
