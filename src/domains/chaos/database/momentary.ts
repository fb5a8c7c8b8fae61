import type { z } from 'zod';
import type { ComponentOf, Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { watchServer } from './server.ts';

export interface DatabaseDescription<Arguments> {
  name: string;
  title: string;
  schema: z.ZodType<Arguments>;
  words(args: Arguments, component: ComponentOf<'database'>): string;
  lacks(args: Arguments | undefined, component: ComponentOf<'database'>): string | null;
  /** Sends the database off; it comes back by itself, or by its own command. */
  strike(args: Arguments, component: ComponentOf<'database'>): Promise<void>;
}

const backWithinMs = 30_000;
/** A server that nothing was done to is not waited for as long. */
const cutWithinMs = 3000;

/** A fault on a database that ends by itself. Nothing is put in place, so there is nothing to undo. */
export function databaseFault<Arguments>(description: DatabaseDescription<Arguments>): Fault<Arguments, 'database'> {
  const { name, title, schema, words, lacks, strike } = description;
  return {
    name,
    title,
    layer: 'database',
    on: ['database'],
    schema,
    async unavailable(component, args) {
      if (!/^postgres(ql)?:/.test(component.url))
        return `only PostgreSQL can be asked whether it was restarted, and ${component.name} is not PostgreSQL`;
      return lacks(args, component);
    },
    touches(args, component) {
      return [`${component.name}: ${words(args, component)}; all its connections are cut`];
    },
    async inject(args, component, { noop }) {
      const watch = await watchServer(component.url);
      try {
        if (!noop) await strike(args, component);
      } catch (error) {
        await watch.end();
        throw error;
      }
      return {
        momentary: true,
        async prove() {
          return proofOf(await watch.checks(noop ? cutWithinMs : backWithinMs));
        },
        async revert() {
          await watch.end();
        },
      };
    },
  };
}
