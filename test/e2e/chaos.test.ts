import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { isAlive } from '../alive.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { eventsOf, type Project, project, sampleConfig } from './project.ts';

let shop: Project | undefined;
afterEach(() => shop?.remove());

interface Step {
  func: string;
  arguments: Record<string, unknown>;
}

function experiment(folder: string, name: string, title: string, step: Step): void {
  mkdirSync(join(folder, 'chaos/experiments'), { recursive: true });
  const written = {
    title,
    description: title,
    configuration: { base_url: 'http://127.0.0.1:1' },
    runtime: { hypothesis: { strategy: 'continuously' } },
    'steady-state-hypothesis': {
      title: 'the shop answers',
      probes: [
        {
          ...{ type: 'probe', name: 'health check', tolerance: 200 },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the experiment's own placeholder
          provider: { type: 'http', url: '${base_url}/healthz', timeout: 10 },
        },
      ],
    },
    method: [
      {
        ...{ type: 'action', name: step.func },
        provider: { type: 'node', module: 'shakedown', func: step.func, arguments: step.arguments },
        pauses: { after: 3 },
      },
    ],
    rollbacks: [],
  };
  writeFileSync(join(folder, 'chaos/experiments', `${name}.json`), JSON.stringify(written));
}

const latency = { func: 'latency', arguments: { component: 'shop-1 to database', delayMs: 400, seconds: 6 } };
const kill = { func: 'process-kill', arguments: { component: 'shop-2' } };

/** Toxiproxies, guards and the sample's processes that this test's run left behind. */
function leftBehind(run: string): string[] {
  const processes = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return processes.filter((line) => line.includes(run) && !line.includes('ps -eo'));
}

describeWithK6('faults under replayed load', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('are seen, judged apart, and leave nothing behind; acknowledged writes are read back', async () => {
    shop = project(sampleConfig('', 'chaos: { stop: { errorPercent: 90 } }\n'));
    experiment(shop.folder, 'a-slow', 'Slow database', latency);
    experiment(shop.folder, 'b-kill', 'Killed instance', kill);
    const ended = await shop.run(['simulate', '--duration', '75s', '--rate', '40', '--chaos'], env);
    const { gates, timeline, sections } = shop.results();
    const { chaos } = sections;
    expect(
      chaos?.experiments.map(({ title, verdict }) => [title, verdict]),
      [ended.stderr, ...(chaos?.experiments ?? []).map(({ title, reason }) => `${title}: ${reason}`)].join('\n'),
    ).toEqual([
      ['Slow database', 'pass'],
      ['Killed instance', 'pass'],
    ]);
    const faults = chaos?.experiments.flatMap((one) => one.faults) ?? [];
    expect(faults.map(({ fault, proof }) => [fault, proof?.seen])).toEqual([
      ['latency', true],
      ['process-kill', true],
    ]);
    expect(faults.map(({ revertedBy }) => revertedBy)).toEqual(['action', 'itself']);
    expect(timeline.bands.filter(({ lane }) => lane === 'faults')).toHaveLength(2);
    // The load felt it, and only the windows under it were excluded.
    const windows = eventsOf(shop.runFolder(), 'shakedown.window.closed').map(
      ({ window }) => window as { excluded?: string },
    );
    const excluded = windows.filter((window) => window.excluded !== undefined).length;
    expect(excluded).toBeGreaterThan(20);
    expect(excluded).toBeLessThan(windows.length - 20);
    expect(chaos?.resilience.map(({ during }) => during.requests > 50)).toEqual([true, true]);
    const [ledger] = chaos?.ledgers ?? [];
    expect(ledger).toMatchObject({ verdict: 'pass', lost: 0, readBack: { afterRecovery: true, afterRestart: true } });
    expect(ledger?.acknowledged).toBeGreaterThan(50);
    expect(gates.filter(({ id }) => id === 'resilience' || id === 'integrity').map(({ verdict }) => verdict)).toEqual([
      'pass',
      'pass',
    ]);
    const evidence = join(shop.runFolder(), 'evidence/chaos');
    expect(readdirSync(evidence).sort()).toEqual(['a-slow.json', 'b-kill.json']);
    expect(JSON.parse(readFileSync(join(evidence, 'a-slow.json'), 'utf8'))).toMatchObject({
      status: 'completed',
      deviated: false,
    });
    expect(readFileSync(join(shop.runFolder(), 'resilience.html'), 'utf8')).toContain('Slow database');
    expect(leftBehind(shop.folder)).toEqual([]);
  }, 300_000);

  it('switched off, are reported as not seen, and a build that loses writes is reported with one it lost', async () => {
    shop = project(sampleConfig('lose=0.2', 'chaos: { noop: true }\n'));
    experiment(shop.folder, 'a-slow', 'Slow database', latency);
    await shop.run(['simulate', '--duration', '40s', '--rate', '30', '--chaos'], env);
    const { word, gates, sections } = shop.results();
    const { chaos } = sections;
    expect(chaos?.experiments.map(({ verdict }) => verdict)).toEqual(['inconclusive']);
    expect(gates.find(({ id }) => id === 'resilience')?.verdict).toBe('inconclusive');
    expect(word).toBe('FAILED');
    expect(chaos?.ledgers[0]).toMatchObject({ verdict: 'fail' });
    expect(chaos?.ledgers[0]?.findings[0]).toMatchObject({ kind: 'lost', token: expect.any(String) });
  }, 300_000);

  it('are taken away by the guard when the harness is killed, and the report knows when', async () => {
    shop = project(sampleConfig(''));
    experiment(shop.folder, 'a-slow', 'Slow database', {
      ...latency,
      arguments: { ...latency.arguments, seconds: 120 },
    });
    const { child, ended } = shop.start(['simulate', '--duration', '3m', '--rate', '30', '--chaos'], env);
    for (let tries = 0; ; tries++) {
      await wait(500);
      const folder = (() => {
        try {
          return shop?.runFolder();
        } catch {
          return undefined;
        }
      })();
      if (folder !== undefined && eventsOf(folder, 'shakedown.fault.proved').length > 0) break;
      if (tries > 400) throw new Error('no fault was injected');
    }
    child.kill('SIGKILL');
    await ended;
    const folder = shop.runFolder();
    const undone = () => readdirSync(join(folder, 'evidence/chaos')).includes('undone.ndjson');
    for (let tries = 0; !undone() && tries < 60; tries++) await wait(250);
    const report = await shop.run(['report', '--from', folder]);
    const [fault] = shop.results().sections.chaos?.experiments[0]?.faults ?? [];
    expect(fault, report.stderr).toMatchObject({ revertedBy: 'guard', revertedMs: expect.any(Number) });
    expect(isAlive(child.pid ?? -1)).toBe(false);
  }, 300_000);
});
