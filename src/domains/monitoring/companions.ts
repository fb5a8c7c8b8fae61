import type { Companion } from '../companion.ts';
import { watchHealth } from './health.ts';
import { type Watch, watchRun } from './watch-run.ts';

/** Checks the target's health over the run, once its clock has begun. */
const health: Companion = {
  async prepare() {
    let watch: { stop(): void } | undefined;
    return {
      title: 'the health checks',
      async open({ target, now, journal }) {
        watch = watchHealth(target.check, ({ up, detail }) => {
          const atMs = now();
          if (atMs >= 0) journal.append('shakedown.health.checked', { atMs, up, detail });
          return atMs >= 0;
        });
      },
      end: () => watch?.stop(),
    };
  },
};

/** Watches the target, the load generator and Shakedown itself. */
const watch: Companion = {
  async prepare({ config, durationMs }) {
    let running: Watch | undefined;
    let nowMs = () => 0;
    return {
      title: 'the watch',
      async open({ target, runFolder, journal, engine, now }) {
        running = watchRun({ config, sample: target.sample, folder: runFolder, durationMs, journal, via: engine.ask });
        nowMs = now;
      },
      begin: () => running?.start(Date.now() - nowMs()),
      end: () => running?.stop(),
    };
  },
};

export const companions: readonly Companion[] = [health, watch];
