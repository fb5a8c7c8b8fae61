import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Temporary files for what may be personal data. Each loses its name before anything is written to it, so that the system frees it when it is
 * closed or when the process has ended, however that ended.
 */
export class UnnamedFiles {
  readonly #folder: string;
  readonly #open = new Set<number>();

  /** @param folder on a disk with room for them; it is made when the first one is opened */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns a descriptor for reading and writing; of this user only */
  open(): number {
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, `.shakedown-${randomUUID()}`);
    const descriptor = openSync(file, 'wx+', 0o600);
    this.#open.add(descriptor);
    unlinkSync(file);
    return descriptor;
  }

  close(descriptor: number): void {
    if (this.#open.delete(descriptor)) closeSync(descriptor);
  }

  closeAll(): void {
    for (const descriptor of [...this.#open]) this.close(descriptor);
  }
}
