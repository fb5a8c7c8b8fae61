import { z } from 'zod';
import type { TlsOptions } from '../../../environment/tls.ts';
import { artifactSchema, type DeclaredArtifact } from '../../../model/artifact.ts';
import type { Three } from '../compare/compare.ts';

/** A version under the traffic. `current` and `again` are the same one, each with data of its own. */
export interface Arm {
  readonly id: 'current' | 'again' | 'candidate';
  readonly version: string;
  readonly baseUrl: string;
  /** Where it says what it is made of; null: nowhere. */
  readonly artifactUrl: string | null;
}

export interface Arms {
  readonly arms: Three<Arm>;
  readonly tls: TlsOptions;
  /** Whether all three are there at once, so that each request goes to all before the next. */
  readonly sideBySide: boolean;
  /** Brings an arm to its version and to the same data as the others. Called once for each, just before its traffic where they are not side by side. */
  prepare(arm: Arm): Promise<void>;
}

const answer = z.object({ artifacts: z.array(z.object(artifactSchema.shape)).min(1).max(200) });

/** @returns null: the text does not say */
export function artifactsIn(text: string): DeclaredArtifact[] | null {
  try {
    return answer.parse(JSON.parse(text)).artifacts;
  } catch {
    return null;
  }
}
