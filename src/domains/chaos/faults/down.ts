import { z } from 'zod';
import type { Fault } from '../fault.ts';
import { proofOf } from '../proof.ts';
import { toxiproxyAt } from '../toxiproxy/client.ts';
import { openTalk } from '../toxiproxy/talk.ts';
import { linkUnavailable, opening, refuseOthers } from '../toxiproxy/toxic-fault.ts';
import { watchUsers } from '../toxiproxy/users.ts';

const withinMs = 2_000;
const isUpMs = 200;
const switchedOff = { what: 'proxy, as Toxiproxy says', expected: 'off' };

/** New connections are refused, and those that there were are cut off. */
export const down: Fault<Record<string, never>, 'link'> = {
  name: 'down',
  title: 'Link down',
  layer: 'network',
  on: ['link'],
  schema: z.strictObject({}),
  unavailable: linkUnavailable,
  touches: (_args, { name, proxy, upstream, toxiproxyUrl }) => [
    `${name}: refuses connections to ${upstream} (proxy ${proxy} of Toxiproxy at ${toxiproxyUrl})`,
  ],
  async inject(_args, component, { undo, noop, signal }) {
    const toxiproxy = toxiproxyAt(component.toxiproxyUrl);
    await refuseOthers(toxiproxy, component);
    const entry = await undo.add(`open ${component.name} again`, [opening(component.toxiproxyUrl, component.proxy)]);
    const users = await watchUsers(component, true);
    const existing = await openTalk(component.listen);
    try {
      signal.throwIfAborted();
      if (!noop) await toxiproxy.enable(component.proxy, false);
    } catch (error) {
      existing.destroy();
      await entry.run().catch(() => {});
      throw error;
    }
    const state = async () => {
      const { enabled } = await toxiproxy.proxy(component.proxy);
      return { ...switchedOff, measured: enabled ? 'on' : 'off', held: !enabled };
    };
    return {
      momentary: false,
      async still() {
        const check = await state();
        if (check.held) await users.look();
        return check;
      },
      connections: () => users.count(),
      async prove() {
        const patienceMs = noop ? isUpMs : withinMs;
        const old = await existing.listen(patienceMs);
        const talk = await openTalk(component.listen);
        const fresh = await talk.listen(noop ? isUpMs : withinMs);
        talk.destroy();
        await users.look();
        return proofOf([
          await state().catch((error: Error) => ({ ...switchedOff, measured: error.message, held: false })),
          {
            what: 'a connection that was open before',
            expected: 'cut off',
            measured: old.end === 'silent' ? 'open' : old.end,
            held: old.end === 'closed' || old.end === 'reset',
          },
          {
            what: 'a new connection',
            expected: 'refused',
            measured: fresh.end === 'silent' ? 'open' : fresh.end,
            held: fresh.end === 'refused',
          },
        ]);
      },
      async revert() {
        existing.destroy();
        await entry.run();
      },
    };
  },
};
