import type { EngineInfo, Program } from '../../model/results.ts';
import type { AskThrough } from '../companion.ts';
import { runAutocannon } from './autocannon.ts';
import type { LoadInput, LoadOutcome } from './engine.ts';
import type { Places } from './k6/places.ts';
import type { K6Command } from './k6/process.ts';
import { runK6 } from './k6/run.ts';

export type EngineChoice = { name: 'k6'; k6: K6Command; places?: Places; generators?: number } | { name: 'autocannon' };

export interface ChosenEngine {
  info: EngineInfo;
  run: EngineChoice;
  programs: Program[];
  /** Asks from where the load comes from; absent: what is asked is asked from here. */
  ask?: AskThrough;
}

export interface EngineSearch {
  signal: AbortSignal;
  warn(text: string): void;
  phase(text: string): void;
}

/** Replays a plan on the chosen engine. @throws ShakedownError ENGINE_START, ENGINE_TLS */
export async function runLoad(engine: EngineChoice, input: LoadInput): Promise<LoadOutcome> {
  if (engine.name === 'autocannon') return runAutocannon(input);
  const { k6, places, generators } = engine;
  return runK6(k6, generators === undefined ? input : { ...input, parallelism: generators }, places ?? null);
}
