import { z } from 'zod';
import { runProgram } from '../../../environment/run-program.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { SwitchSides, SwitchState, TrafficSwitch, Weights } from './traffic-switch.ts';

export interface SwitchCommands {
  /** Programs and arguments. They have `SHAKEDOWN_WEIGHTS` and `SHAKEDOWN_SIDES`, JSON, in their environment. */
  set: readonly string[];
  read: readonly string[];
  url: string;
}

const timeoutMs = 60_000;
const said = z.object({
  weights: z.record(z.string(), z.number()),
  inFlight: z.record(z.string(), z.number()).nullish(),
});

/** A switch that is moved by programs of the user's own: a mesh, a cloud's load balancer. */
export function commandSwitch({ set, read, url }: SwitchCommands, folder: string): TrafficSwitch {
  let sides: SwitchSides = {};
  const run = async ([program = '', ...args]: readonly string[], weights: Weights | null): Promise<string> => {
    const env = {
      ...process.env,
      SHAKEDOWN_SIDES: JSON.stringify(sides),
      ...(weights === null ? {} : { SHAKEDOWN_WEIGHTS: JSON.stringify(weights) }),
    };
    const outcome = await runProgram(program, args, { timeoutMs, cwd: folder, env });
    if (outcome.kind === 'ended' && outcome.code === 0) return outcome.stdout;
    const why =
      outcome.kind === 'failed'
        ? outcome.reason
        : `it ended with ${outcome.code} ${outcome.stderr.trim().split('\n').at(-1) ?? ''}`.trim();
    throw new ShakedownError('SWITCH_UNREACHABLE', `${program} could not move the traffic: ${why}.`, {
      hint: 'Correct deployment.switch.command.',
    });
  };
  return {
    driver: 'command',
    title: `command ${set[0] ?? ''}`,
    baseUrl: url,
    log: null,
    async connect(given) {
      sides = given;
    },
    async set(weights) {
      await run(set, weights);
    },
    async read(): Promise<SwitchState> {
      const text = await run(read, null);
      let json: unknown;
      try {
        json = JSON.parse(text);
      } catch {
        json = null;
      }
      const parsed = said.safeParse(json);
      if (parsed.success) return { weights: parsed.data.weights, inFlight: parsed.data.inFlight ?? null };
      throw new ShakedownError('SWITCH_UNREACHABLE', `${read[0] ?? ''} does not print the weights as JSON.`, {
        hint: 'It prints {"weights": {"blue": 100}}, and may add "inFlight".',
      });
    },
  };
}
