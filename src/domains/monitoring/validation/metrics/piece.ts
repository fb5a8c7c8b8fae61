import type { Check, Judged } from '../../../part.ts';
import type { Evidence, Of } from './evidence.ts';

/** Evidence by kind. */
export type Found = <K extends Evidence['kind']>(kind: K) => Of<K>[];

/** What makes up a part of the verdict. */
export interface Piece {
  checks: Check[];
  figures?: Judged['figures'];
  tables?: NonNullable<Judged['tables']>;
  coverage?: NonNullable<Judged['coverage']>;
}
