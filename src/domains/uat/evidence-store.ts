import { chmodSync, copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { EvidenceLimits } from './evidence-limits.ts';

const ownerOnly = 0o600;
/** Of scenarios that passed: the rest is for what failed, however late it comes. */
const passedShare = 0.5;

/** Keeps evidence in a run's folder, within limits to number and size. */
export class EvidenceStore {
  /** Files over a limit, or that could not be written. */
  leftOut = 0;
  #files = 0;
  #bytes = 0;
  readonly #folder: string;
  readonly #limits: EvidenceLimits;

  /** @param folder of the run */
  constructor(folder: string, limits: EvidenceLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /**
   * Takes a file in, out of the place where the runner left it.
   * @param path within the run's folder
   * @returns whether it was kept
   */
  keep(path: string, from: { body?: Buffer | undefined; path?: string | undefined }, isOfPassed: boolean): boolean {
    const target = join(this.#folder, path);
    try {
      const bytes = from.body?.length ?? statSync(from.path ?? '').size;
      if (!this.#hasRoom(bytes, isOfPassed)) {
        this.leftOut++;
        return false;
      }
      mkdirSync(dirname(target), { recursive: true });
      if (from.body !== undefined) writeFileSync(target, from.body, { mode: ownerOnly });
      else if (this.#isScratch(from.path ?? '')) move(from.path ?? '', target);
      // An approved screenshot, or any other file of the project: it stays where it is.
      else copyFileSync(from.path ?? '', target);
      // Traces and pictures show what was on the pages.
      if (from.body === undefined) chmodSync(target, ownerOnly);
      this.#files++;
      this.#bytes += bytes;
      return true;
    } catch {
      // A full disk costs evidence, not the verdict; half a file is none.
      rmSync(target, { force: true });
      this.leftOut++;
      return false;
    }
  }

  #isScratch(path: string): boolean {
    return path.startsWith(join(this.#folder, 'evidence', 'playwright') + sep);
  }

  #hasRoom(bytes: number, isOfPassed: boolean): boolean {
    const share = isOfPassed ? passedShare : 1;
    return (
      bytes <= this.#limits.fileBytes &&
      this.#files + 1 <= this.#limits.files * share &&
      this.#bytes + bytes <= this.#limits.bytes * share
    );
  }
}

function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    copyFileSync(from, to);
    rmSync(from, { force: true });
  }
}
