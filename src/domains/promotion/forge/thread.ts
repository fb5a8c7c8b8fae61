import { randomBytes } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import { type Marker, markerOf, markerText } from '../request/marker.ts';
import { compareRuns, type Subject } from '../request/subject.ts';
import { ForgeRefused } from './client.ts';

/** A comment under a pull request, or a note under a merge request. */
export interface Note {
  readonly id: number;
  /** Who wrote it, by the name that the forge knows the account by. */
  readonly author: string;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Thread {
  /** Characters that it takes at most. */
  readonly limit: number;
  /** All of them, over all pages. */
  notes(): Promise<Note[]>;
  post(body: string): Promise<Note>;
  /** Puts another text in place of one. */
  edit(id: number, body: string): Promise<void>;
  remove(id: number): Promise<void>;
}

/** `placed`: it is there; `newer`: one of a newer run is, and stays. */
export type Placed = { readonly outcome: 'placed' | 'newer'; readonly id: number };

/**
 * Puts a comment into a thread so that, however many do so at the same time, the one of the newest run is left, and it once. Nothing is edited in place:
 * between reading a comment and changing it another run may have. Each posts its own first, and then takes away all but the newest of those that this
 * account wrote for the same system. Whoever posts last sees all of them.
 * @param bodies long to short
 */
export async function placeNewest(thread: Thread, subject: Subject, bodies: readonly string[]): Promise<Placed> {
  const nonce = randomBytes(16).toString('hex');
  const own = await postShortened(
    thread,
    bodies.map((body) => `${markerText({ ...subject, nonce })}\n${body}`),
    nonce,
  );
  const ours = (await thread.notes()).flatMap((note) => {
    const marker = note.author === own.author ? markerOf(note.body) : null;
    return marker !== null && marker.scope === subject.scope ? [{ ...note, ...marker }] : [];
  });
  const [newest = { ...own, ...subject, nonce }] = ours.sort((a, b) => compareRuns(b, a) || a.id - b.id);
  if (newest.id === own.id) await keepSince(thread, own, { newest, ours });
  for (const { id } of ours) {
    if (id === newest.id) continue;
    await thread.remove(id).catch((cause: unknown) => {
      // Somebody else took it away a moment ago.
      if (!(cause instanceof ForgeRefused && cause.status === 404)) throw cause;
    });
  }
  return { outcome: newest.run === subject.run ? 'placed' : 'newer', id: newest.id };
}

/** Who decided on evidence that was posted earlier decided after it was posted: of the comment that replaces another, that stays known. It is nobody else's yet. */
async function keepSince(
  thread: Thread,
  own: Note,
  { newest, ours }: { newest: Marker; ours: readonly (Note & Marker)[] },
): Promise<void> {
  const times = ours
    .filter(({ approved }) => approved !== null && JSON.stringify(approved) === JSON.stringify(newest.approved))
    .map(({ since, at }) => since ?? at)
    .sort((a, b) => Date.parse(a) - Date.parse(b));
  const [first] = times;
  if (first === undefined || Date.parse(first) >= Date.parse(own.at)) return;
  const { scope, key, run, startedAt, approved, nonce } = newest;
  const marker = markerText({ scope, key, run, startedAt, approved, nonce, since: new Date(first).toISOString() });
  await thread.edit(own.id, `${marker}${own.body.slice(own.body.indexOf('\n'))}`);
}

/** The first that the forge takes. Where it is not known whether one arrived, it is looked for before it is sent again. */
async function postShortened(thread: Thread, bodies: readonly string[], nonce: string): Promise<Note> {
  const fitting = bodies.filter((body) => body.length <= thread.limit);
  let last: unknown = new ShakedownError('FORGE_ANSWER', `The comment is longer than ${thread.limit} characters.`);
  for (const body of fitting) {
    try {
      return await postOnce(thread, body, nonce);
    } catch (cause) {
      if (!(cause instanceof ForgeRefused && cause.status === 422)) throw cause;
      last = cause;
    }
  }
  throw last;
}

async function postOnce(thread: Thread, body: string, nonce: string): Promise<Note> {
  try {
    return await thread.post(body);
  } catch (cause) {
    if (!mayHaveArrived(cause)) throw cause;
    const arrived = (await thread.notes()).find((note) => markerOf(note.body)?.nonce === nonce);
    return arrived ?? (await thread.post(body));
  }
}

/** No answer, one that promises only, or one of a server in trouble: it may be there nevertheless. */
export function mayHaveArrived(cause: unknown): boolean {
  if (cause instanceof ForgeRefused) return cause.status >= 500;
  return cause instanceof ShakedownError && ['FORGE_SILENT', 'FORGE_ANSWER'].includes(cause.code);
}
