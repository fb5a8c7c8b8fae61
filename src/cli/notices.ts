import { basename } from 'node:path';
import type { ResolvedConfig } from '../model/config.ts';
import type { Results } from '../model/results.ts';

/** Tells those who are to hear of it that a run of this process began, and how it ended. Runs that are only judged again are none. */
export class Notices {
  readonly #begun = new Map<string, { config: ResolvedConfig; command: string }>();
  readonly #started: Promise<void>[] = [];
  readonly #warn: (text: string) => void;

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** Nothing waits for it: a receiver that does not answer must not hold up a run. */
  began(config: ResolvedConfig, run: string, command: string): void {
    if (config.notifications.receivers.length === 0 || this.#begun.has(run)) return;
    this.#begun.set(run, { config, command });
    const { name, version, environment } = config;
    this.#started.push(
      this.#tell(config, async () => {
        const { startNotice } = await import('../domains/notifications/public.ts');
        return startNotice({ run, command, name, version, environment }, config.reports.publicUrl);
      }),
    );
  }

  /** What began and was never judged broke off: nobody would hear of it else. @returns when all have been told, or could not be */
  async broken(reason: string): Promise<void> {
    for (const [run, { config, command }] of this.#begun) {
      this.#begun.delete(run);
      await Promise.all(this.#started);
      await this.#tell(config, async () => {
        const { brokenNotice } = await import('../domains/notifications/public.ts');
        const { name, version, environment } = config;
        return brokenNotice({ run, command, name, version, environment }, reason, config.reports.publicUrl);
      });
    }
  }

  /** @returns when all have been told, or could not be */
  async ended(folder: string, results: Results): Promise<void> {
    const run = basename(folder);
    const begun = this.#begun.get(run);
    if (begun === undefined) return;
    const { config } = begun;
    this.#begun.delete(run);
    await Promise.all(this.#started);
    await this.#tell(config, async () => {
      const { endNotice } = await import('../domains/notifications/public.ts');
      return endNotice(results, config.reports.publicUrl);
    });
  }

  /** What goes wrong here says nothing of the candidate, and changes nothing of a verdict. */
  async #tell(
    { notifications: { receivers }, reports }: Pick<ResolvedConfig, 'notifications' | 'reports'>,
    notice: () => Promise<Parameters<typeof import('../domains/notifications/public.ts').tell>[0]>,
  ): Promise<void> {
    try {
      const { tell } = await import('../domains/notifications/public.ts');
      await tell(await notice(), { receivers, base: reports.folder, warn: this.#warn });
    } catch (cause) {
      this.#warn(`Nobody was told of the run: ${(cause as Error).message}`);
    }
  }
}
