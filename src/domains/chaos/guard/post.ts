/** What a guard watches over; absolute paths. */
export interface Post {
  /** Folder of the undo list. */
  list: string;
  /** File that it writes down in what it did, one line of JSON an entry. */
  record: string;
  /** File of the registry that names the list; gone when nothing is left to undo. */
  pointer: string;
}
