import { readFileSync } from 'node:fs';

const texts = new Map<string, string>();

const files = {
  again: ['again'],
  state: ['state'],
  look: ['look'],
  keyboard: ['tree', 'keyboard'],
  hooks: ['hooks'],
  width: ['width'],
  motion: ['motion'],
  mark: ['mark'],
} as const;

/** An expression for `page.evaluate`: what is in files of this folder, and a call of the function that they define. */
export function pageScript(which: keyof typeof files, call: string): string {
  let text = texts.get(which);
  if (text === undefined) {
    const read = (file: string) => readFileSync(new URL(`./${file}.js`, import.meta.url), 'utf8');
    text = files[which].map(read).join(';\n');
    texts.set(which, text);
  }
  return `${text};${call}`;
}
