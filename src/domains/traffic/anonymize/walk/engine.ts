import type { Field, FieldTree } from '../field.ts';
import type { RouteIndex } from '../routes.ts';

/** What a walk does with what it meets. Learning and replacing are two engines behind one walk, so they see the same places. */
export interface Engine {
  readonly routes: RouteIndex;
  fields(method: string, route: string): FieldTree;
  /** A value: what stands in its place, or null where the whole field is to be left out. */
  value(field: Field, text: string, isNumber?: boolean): string | null;
  /**
   * A segment of a path where its route has no parameter: what stands in its place.
   * @param before the segment before it, decoded
   * @param field where it is a value, if it does not stay
   */
  segment(text: string, before: string, field: () => Field): string | null;
  /** Whether a whole path stays as it is. */
  path(pathname: string): boolean;
  /** A key or a parameter's name that is kept because it reads as one. */
  name(field: Field, name: string): void;
  /** A key or a parameter's name that is data: what stands in its place. */
  dataName(field: Field, name: string): string;
  /** Something else that is kept because it is structure. */
  structure(text: string): void;
  /** Host and port of an origin. */
  host(field: Field, host: string): string;
  /** Bytes without a known form: as many others. */
  bytes(field: Field, data: Buffer): Buffer;
  /** Something that is dropped or reduced, for the report. */
  note(field: Field, kind: string, method: string): void;
}
