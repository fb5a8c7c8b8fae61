import type pg from 'pg';
import { ShakedownError } from '../../../model/error.ts';
import type { TablePlan } from '../plan/plan.ts';
import type { Identity } from '../postgres/connect.ts';
import type { SchemaObject } from '../postgres/objects.ts';
import type { DataReport } from '../report.ts';
import type { Notes } from '../values/notes.ts';
import type { Copied, CopyPart, ScanPart } from './machine.ts';

/** Parts by the table that is copied as a whole, or not. */
export type Units = ReadonlyMap<number, readonly Omit<CopyPart, 'unit' | 'file'>[]>;

/** Where the result goes. */
export interface Target {
  /** Null: files. */
  readonly client: pg.Client | null;
  readonly url: string | null;
  readonly shown: string;
  /** Of hashes: those of a copy that is gone on with. */
  readonly seed: Uint8Array;
  readonly isResumed: boolean;
  /** Makes what comes before the rows. @returns what is still to be copied, and the notes of what was */
  begin(objects: readonly SchemaObject[], units: Units): Promise<{ parts: CopyPart[]; notes: Notes }>;
  /** @param index of the part, as `begin` gave them */
  add(oid: number, copied: Copied, index: number): void;
  /** Makes what comes behind the rows. */
  finish(objects: readonly SchemaObject[], source: pg.ClientBase): Promise<void>;
  scanned(plans: ReadonlyMap<number, TablePlan>): Promise<ScanPart[]>;
  counts(): Promise<Map<number, { rows: number; bytes: number }>>;
  close(report: DataReport): Promise<void>;
  end(): Promise<void>;
}

/** What a copy that was interrupted must have in common with the one that goes on with it. */
export interface Begun {
  source: string;
  choices: string;
  keyMark: string;
  seed: string;
}

export interface AboutSource {
  source: Identity;
  sourceName: string;
  choices: string;
  keyMark: string;
  keyGiven: boolean;
  refuse(to: Identity): void;
}

export const isUrl = (to: string): boolean => /^postgres(?:ql)?:\/\//i.test(to);

export const sourceMark = ({ source, sourceName }: AboutSource): string =>
  `${source.system ?? sourceName} ${source.database}`;

/** @throws ShakedownError DATA_RESUME where it is another copy */
export function refuseOther(begun: Begun, about: AboutSource, where: string): void {
  const differs =
    begun.source !== sourceMark(about)
      ? 'of another source'
      : begun.choices !== about.choices
        ? 'with other rows or rules'
        : begun.keyMark !== about.keyMark
          ? about.keyGiven
            ? 'with another key'
            : 'with a key that is gone'
          : null;
  if (differs === null) return;
  throw new ShakedownError(
    'DATA_RESUME',
    `${where} has a copy that was interrupted, ${differs}, so it cannot be gone on with.`,
    {
      hint: 'Empty it and begin anew; with --key-file a copy can be gone on with.',
    },
  );
}
