/** One span, whatever format it came in. */
export interface Span {
  /** 16 hexadecimal digits. */
  id: string;
  parentId: string | null;
  service: string;
  name: string;
  isServer: boolean;
  /** A call of a database. */
  isDatabase: boolean;
  /** As it says itself. */
  isError: boolean;
  /** HTTP status; null: it has none. */
  status: number | null;
  /** Epoch ms. */
  startMs: number;
  durationMs: number;
}

/** Parts of an answer that are no spans are an Error in a few words. */
export type ReadSpans = (answer: unknown) => Span[];

const statusTags = ['http.status_code', 'http.response.status_code'];
const databaseTags = ['db.system', 'db.system.name', 'db.type', 'db.statement', 'db.query.text', 'sql.query'];

export function statusOf(tags: ReadonlyMap<string, unknown>): number | null {
  const status = Number(statusTags.map((tag) => tags.get(tag)).find((value) => value !== undefined) ?? Number.NaN);
  return Number.isFinite(status) ? status : null;
}

export const isDatabase = (tags: ReadonlyMap<string, unknown>): boolean => databaseTags.some((tag) => tags.has(tag));
