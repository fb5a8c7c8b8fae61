import type { Domain } from '../../domains/domain.ts';
import type { LivePanel } from '../../domains/live.ts';
import type { JournalData } from '../../model/event.ts';
import { domains } from '../domains.ts';
import type { PanelView, ProgressEvent } from '../progress.ts';

/** The domains' parts of the live view of one run. One that fails is left out from then on, and costs the run nothing. */
export class Panels {
  #all: { id: string; panel: LivePanel; doing: string | null }[];
  readonly #show: (event: ProgressEvent) => void;

  private constructor(all: readonly { id: string; panel: LivePanel }[], show: (event: ProgressEvent) => void) {
    this.#all = all.map((each) => ({ ...each, doing: null }));
    this.#show = show;
  }

  /** @param show is given marks, and a panel's view whenever that has changed */
  static async open(
    show: (event: ProgressEvent) => void,
    table: readonly Pick<Domain, 'id' | 'live'>[] = domains,
  ): Promise<Panels> {
    const all = await Promise.all(
      table.map(async ({ id, live }) => (live === undefined ? [] : [{ id, panel: (await live())() }])),
    );
    return new Panels(all.flat(), show);
  }

  /** As they are now. */
  views(): PanelView[] {
    return this.#all.map(viewOf);
  }

  follow(event: JournalData): void {
    for (const each of this.#all) {
      this.#guarded(each.id, () => {
        const bands = each.panel.follow(event);
        if (bands === null) return;
        for (const band of bands) this.#show({ kind: 'mark', band });
        this.#show({ kind: 'panel', panel: viewOf(each) });
      });
    }
  }

  /** What a domain's companion is doing at this moment. */
  note(id: string, doing: string | null): void {
    for (const each of this.#all) {
      if (each.id !== id) continue;
      each.doing = doing;
      this.#guarded(id, () => this.#show({ kind: 'panel', panel: viewOf(each) }));
    }
  }

  #guarded(id: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#all = this.#all.filter((each) => each.id !== id);
      this.#show({ kind: 'warning', text: `The live view of ${id} failed: ${(error as Error).message}` });
    }
  }
}

/** What a panel shows now. */
export function viewOf({ id, panel, doing }: { id: string; panel: LivePanel; doing: string | null }): PanelView {
  return {
    id,
    figures: panel.figures?.(doing) ?? [],
    alarm: panel.alarm?.() ?? null,
    metrics: panel.metrics?.() ?? [],
  };
}
