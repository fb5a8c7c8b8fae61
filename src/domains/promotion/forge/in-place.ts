import { randomBytes } from 'node:crypto';
import { type Marker, markerOf, markerText } from '../request/marker.ts';
import { compareRuns, type Subject } from '../request/subject.ts';
import { ForgeRefused } from './client.ts';
import { type Note, type Placed, placeNewest, type Thread } from './thread.ts';

/**
 * Keeps one comment for a subject, and puts the text of each newer run in its place, so that nobody is notified of every push. What is there already may be
 * of a newer run, and stays. Two that do so in the same moment may leave the older text: give pipelines of one pull request a concurrency group.
 * @param author whose comments are one's own; null: not known, so the older one is taken away when the newer one is there
 * @param bodies long to short
 */
export async function keepOne(
  thread: Thread,
  { subject, author, bodies }: { subject: Subject; author: string | null; bodies: readonly string[] },
): Promise<Placed> {
  const isOurs = (note: Note & { marker: Marker | null }): note is Note & { marker: Marker } =>
    note.author === author && note.marker?.scope === subject.scope;
  const ours = (await thread.notes())
    .map((note) => ({ ...note, marker: markerOf(note.body) }))
    .filter(isOurs)
    .sort((a, b) => compareRuns(b.marker, a.marker) || a.id - b.id);
  const [there] = ours;
  if (there === undefined) return placeNewest(thread, subject, bodies);
  if (compareRuns(there.marker, subject) > 0) return { outcome: 'newer', id: there.id };
  const nonce = randomBytes(16).toString('hex');
  let refused: unknown = null;
  for (const body of bodies.filter(({ length }) => length + 1_000 < thread.limit)) {
    try {
      await thread.edit(there.id, `${markerText({ ...subject, nonce })}\n${body}`);
      return { outcome: 'placed', id: there.id };
    } catch (cause) {
      if (!(cause instanceof ForgeRefused && [404, 422].includes(cause.status))) throw cause;
      refused = cause;
      // Somebody took it away in the meantime.
      if (cause.status === 404) return placeNewest(thread, subject, bodies);
    }
  }
  throw refused ?? new Error('There was no text to write.');
}
