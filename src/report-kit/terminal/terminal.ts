import type pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

/** Where the command line writes: data to stdout, messages to stderr, each with the colours it can show. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  outColors: Colors;
  errColors: Colors;
  /** Messages go to a terminal whose lines can be redrawn. */
  live: boolean;
  /** Box, bar and mark characters outside ASCII can be shown. */
  unicode: boolean;
  /** Width of the terminal in columns at this moment. */
  outColumns(): number;
  errColumns(): number;
}
