import { ShakedownError } from '../../../../model/error.ts';
import { askSocket } from '../ask-socket.ts';
import type { SwitchSides, SwitchState, TrafficSwitch, Weights } from '../traffic-switch.ts';

/** The switch that comes with Shakedown (`proxy.ts`), once it runs. */
export function embeddedSwitch(where: { baseUrl: string; control: string; log: string }): TrafficSwitch {
  const ask = (body?: { weights?: Weights; sides?: SwitchSides }) => asked(where.control, body);
  return {
    driver: 'embedded',
    speaks: 'HTTP/1.1',
    title: 'embedded proxy',
    baseUrl: where.baseUrl,
    log: where.log,
    async connect(sides) {
      await ask({ sides });
    },
    async set(weights) {
      await ask({ weights });
    },
    read: () => ask(),
  };
}

async function asked(control: string, body?: object): Promise<SwitchState> {
  try {
    const request =
      body === undefined ? ({ method: 'GET' } as const) : ({ method: 'PUT', body: JSON.stringify(body) } as const);
    return JSON.parse(await askSocket(control, { path: '/', ...request })) as SwitchState;
  } catch (cause) {
    const message = `The embedded switch does not answer: ${(cause as Error).message}.`;
    throw new ShakedownError('SWITCH_UNREACHABLE', message, {
      hint: '`shakedown deploy --down` ends what is left of the staging system; then deploy again.',
      cause,
    });
  }
}
