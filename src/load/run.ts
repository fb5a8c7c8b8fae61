import { runAutocannon } from './autocannon.ts';
import type { LoadInput, LoadOutcome } from './engine.ts';
import type { K6Command } from './k6/process.ts';
import { runK6 } from './k6/run.ts';

export type EngineChoice = { name: 'k6'; k6: K6Command } | { name: 'autocannon' };

/** Replays a plan on the chosen engine. @throws ShakedownError ENGINE_START, ENGINE_TLS */
export async function runLoad(engine: EngineChoice, input: LoadInput): Promise<LoadOutcome> {
  return engine.name === 'k6' ? runK6(engine.k6, input) : runAutocannon(input);
}
