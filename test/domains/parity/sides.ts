import { type Aspect, aspectIds } from '../../../src/domains/parity/descriptor/aspects.ts';
import { descriptorOf } from '../../../src/domains/parity/descriptor/file.ts';
import type { Descriptor, SourceKind } from '../../../src/domains/parity/descriptor/format.ts';

/** A side of a comparison, as somebody would have written it. */
export function side(
  environment: 'production' | 'staging',
  items: object,
  more: { covers?: readonly Aspect[]; kind?: SourceKind; keyId?: string; capturedAt?: string } = {},
): Descriptor {
  const { covers = aspectIds, kind = 'written', keyId = null, capturedAt = '2026-11-28T00:00:00Z' } = more;
  return descriptorOf(
    {
      ...{ format: 'shakedown.parity/1', environment, capturedAt, keyId },
      sources: [{ kind, from: 'a test', covers, gaps: [] }],
      items,
    },
    'a test',
  );
}
