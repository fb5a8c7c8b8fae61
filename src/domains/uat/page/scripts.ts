import { readFileSync } from 'node:fs';

const texts = new Map<string, string>();

/** An expression for `page.evaluate`: a file of this folder, and a call of the function that it defines. */
export function pageScript(file: 'look' | 'stops', call: string): string {
  let text = texts.get(file);
  if (text === undefined) {
    text = readFileSync(new URL(`./${file}.js`, import.meta.url), 'utf8');
    texts.set(file, text);
  }
  return `${text};${call}`;
}
