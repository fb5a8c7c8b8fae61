import type { Companion } from './companion.ts';
import type { PartDomain } from './part-declaration.ts';
import { doParts } from './part-run.ts';

/** Parts that are quick and change nothing are done before the load begins, where that is asked for and they have something to look at. */
export function partCompanions(domain: PartDomain): Companion[] {
  const able = domain.parts.filter(({ withLoad }) => withLoad !== undefined);
  return able.length === 0 ? [] : [beforeLoad(domain, able)];
}

function beforeLoad(domain: PartDomain, able: PartDomain['parts']): Companion {
  return {
    async prepare({ config, folder, options, isResumed }) {
      const parts = able.filter(({ withLoad }) => withLoad?.(config) === true);
      if (options.checks !== true || parts.length === 0 || isResumed) return null;
      return {
        title: domain.of,
        async open({ target, runFolder, journal, signal, teardown, phase }) {
          // The run's clock begins with the load: these times are from the first check on.
          const begunMs = performance.now();
          const now = () => performance.now() - begunMs;
          await doParts(domain, parts, {
            ...{ config, projectFolder: folder, runFolder, journal, signal, teardown, now },
            target: async () => target,
            services: null,
            say: phase,
          });
        },
      };
    },
  };
}
