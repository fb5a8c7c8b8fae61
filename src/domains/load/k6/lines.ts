import { sampleWords } from '../../../model/sample.ts';
import { type FrameReceiver, loginMessage } from './frames.ts';

const prefix = 'sd1 ';
const batch = 512;

/**
 * Reads what load/k6/replay-stock.js prints, one sample a line: `sd1` and eleven numbers;
 * `sd1 N <key>TAB<message>` reports an error, `sd1 L <step> <status>TAB<problem>` a request that logs a session in. Any other line is k6's own and goes to `onOther`.
 */
export class LineReader {
  #receiver: FrameReceiver;
  #onOther: (line: string) => void;
  #rest = '';
  #words = new Uint32Array(batch * sampleWords);
  #filled = 0;

  constructor(receiver: FrameReceiver, onOther: (line: string) => void) {
    this.#receiver = receiver;
    this.#onOther = onOther;
  }

  push(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#line(line);
    this.#flush();
  }

  #line(line: string): void {
    if (!line.startsWith(prefix)) {
      if (line !== '') this.#onOther(line);
      return;
    }
    const kind = line[prefix.length];
    if (kind === 'N') {
      const [key = '', message = ''] = line.slice(prefix.length + 2).split('\t');
      this.#receiver.message({ kind: 'note', key, message });
    } else if (kind === 'L') {
      this.#receiver.message(loginMessage(line.slice(prefix.length + 2), '\t'));
    } else {
      this.#sample(line.split(' '));
    }
  }

  #sample(parts: string[]): void {
    const n = (i: number) => Math.min(Number(parts[i]), 0xffffffff);
    const words = this.#words;
    const at = this.#filled;
    for (let i = 0; i < 6; i++) words[at + i] = n(i + 1);
    words[at + 6] = (n(7) & 0xffff) | (n(8) << 16);
    words[at + 7] = (n(9) & 0xff) | ((n(10) & 0xff) << 8) | (n(11) << 16);
    this.#filled += sampleWords;
    if (this.#filled === words.length) this.#flush();
  }

  #flush(): void {
    if (this.#filled === 0) return;
    this.#receiver.samples(this.#words, 0, this.#filled);
    this.#filled = 0;
  }
}
