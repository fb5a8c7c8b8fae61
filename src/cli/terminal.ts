import pc from 'picocolors';
import type { Terminal } from '../report-kit/terminal/terminal.ts';

const columnsOffTerminal = 100;

/**
 * The process's own terminal. NO_COLOR (https://no-color.org) and FORCE_COLOR are heeded, the former first.
 */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that leaves early, such as `head`, ends the output, not the run.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const dumb = env.TERM === 'dumb';
  const colors = (stream: NodeJS.WriteStream) => {
    if (env.NO_COLOR) return pc.createColors(false);
    if (env.FORCE_COLOR) return pc.createColors(env.FORCE_COLOR !== '0');
    return pc.createColors(stream.isTTY === true && !dumb);
  };
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return {
    out: (text) => void stdout.write(plainSpaces(text)),
    err: (text) => void stderr.write(plainSpaces(text)),
    outColors: colors(stdout),
    errColors: colors(stderr),
    live: stderr.isTTY === true && !dumb && !env.CI,
    unicode: env.TERM !== 'linux' && !dumb && (!locale || /utf-?8/i.test(locale)),
    outColumns: () => columnsOf(stdout),
    errColumns: () => columnsOf(stderr),
  };
}

/** Lines are broken by now, and whoever looks for `4 min 59 s` in a log types ordinary spaces. JSON stays as it is. */
function plainSpaces(text: string): string {
  return text.startsWith('{') || text.startsWith('[') ? text : text.replaceAll('\u00a0', ' ');
}

function columnsOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : columnsOffTerminal;
}
