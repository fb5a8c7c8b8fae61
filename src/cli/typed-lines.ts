import { createInterface } from 'node:readline';

/**
 * What a person types while a command runs, line by line; nothing where standard input is no terminal. The terminal stays in its own mode, so that
 * Ctrl-C and Ctrl-Z do what they always do.
 */
export function typedLines(input: NodeJS.ReadStream = process.stdin): {
  isPerson: boolean;
  next(): string | null;
  end(): void;
} {
  if (!input.isTTY) return { isPerson: false, next: () => null, end: () => {} };
  const lines: string[] = [];
  const reader = createInterface({ input, terminal: false });
  reader.on('line', (line) => lines.push(line.trim().toLowerCase()));
  // A command that is done ends, whether or not somebody might still type.
  input.unref?.();
  return {
    isPerson: true,
    next: () => lines.shift() ?? null,
    end() {
      reader.close();
      input.pause();
    },
  };
}
