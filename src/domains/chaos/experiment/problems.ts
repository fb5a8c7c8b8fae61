/** Everything that is wrong with an experiment, each with where it is. */
export class Problems {
  readonly list: { where: string; message: string }[] = [];

  add(where: string, message: string): void {
    this.list.push({ where, message });
  }

  get lines(): string[] {
    return this.list.map(({ where, message }) => (where === '' ? message : `${where}: ${message}`));
  }
}
