import { visible } from '../../../report-kit/text.ts';

/** Everything that is wrong with an experiment, each with where it is. */
export class Problems {
  readonly list: { where: string; message: string }[] = [];

  add(where: string, message: string): void {
    this.list.push({ where, message });
  }

  /** One line each, whatever names hold. */
  get lines(): string[] {
    return this.list.map(({ where, message }) => visible(where === '' ? message : `${where}: ${message}`));
  }
}
