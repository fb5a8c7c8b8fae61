import { sampleFlags } from '../../model/sample.ts';

/** Answers that were held against the recorded ones, counted by the flags of their samples (src/model/sample.ts). */
export class FlagCounts {
  compared = 0;
  otherType = 0;
  emptied = 0;
  shaped = 0;
  otherShape = 0;
  changed = 0;
  unread = 0;

  add(flags: number): void {
    this.compared++;
    if ((flags & sampleFlags.otherType) !== 0) this.otherType++;
    if ((flags & sampleFlags.emptied) !== 0) this.emptied++;
    if ((flags & sampleFlags.unread) !== 0) this.unread++;
    if ((flags & sampleFlags.shaped) === 0) return;
    this.shaped++;
    if ((flags & sampleFlags.otherShape) !== 0) this.otherShape++;
    if ((flags & sampleFlags.changed) !== 0) this.changed++;
  }
}
