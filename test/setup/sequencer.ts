import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { durationOf } from './durations.ts';
import { heavy, tierOf, workersOf } from './tiers.ts';

/** Longest first, so that no core waits at the end for a long one; shards take equally long. */
export class ByDuration extends BaseSequencer {
  override async shard(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const { index, count } = this.ctx.config.shard ?? { index: 1, count: 1 };
    const loads = Array.from({ length: count }, () => 0);
    return this.#longestFirst(specs).filter((spec) => {
      const path = this.#path(spec);
      const shard = heavy.includes(path) ? 0 : loads.indexOf(Math.min(...loads));
      loads[shard] = (loads[shard] ?? 0) + durationOf(path) / workersOf(tierOf(path));
      return shard === index - 1;
    });
  }

  override async sort(specs: TestSpecification[]): Promise<TestSpecification[]> {
    const orderOf = (spec: TestSpecification) => spec.project.config.sequence.groupOrder;
    // Files that share a process follow each other: one between them that does not share it would end it. They are the shortest, so they come last.
    const isShared = (spec: TestSpecification) => Number(!spec.project.config.isolate);
    return this.#longestFirst(specs).sort((a, b) => orderOf(a) - orderOf(b) || isShared(a) - isShared(b));
  }

  #longestFirst(specs: TestSpecification[]): TestSpecification[] {
    const byHeavy = (spec: TestSpecification) => Number(heavy.includes(this.#path(spec)));
    return [...specs].sort((a, b) => {
      const [pathA, pathB] = [this.#path(a), this.#path(b)];
      return byHeavy(b) - byHeavy(a) || durationOf(pathB) - durationOf(pathA) || (pathA < pathB ? -1 : 1);
    });
  }

  #path(spec: TestSpecification): string {
    return relative(this.ctx.config.root, spec.moduleId).replaceAll('\\', '/');
  }
}
