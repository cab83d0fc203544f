/** What the commands need of the file system; the program itself passes it in. @module */

/** What came of reading a file. */
export type FileRead =
  | { readonly outcome: "read"; readonly text: string }
  /** No such file, or a folder on the way is missing. */
  | { readonly outcome: "missing" }
  /** It stands there and cannot be read. `reason`: a sentence's end, as "it is a folder". */
  | { readonly outcome: "unreadable"; readonly reason: string };

/** Where a path leads once every symbolic link is followed. */
export interface RealPath {
  readonly path: string;
  /** Whether the program was started with the right to read there. */
  readonly permitted: boolean;
}

/** A file that is being written. Every method throws an AtlasError where the disk fails. */
export interface NewFile {
  write(text: string): Promise<void>;
  /** Resolves once everything is on the disk, whatever happens to the machine afterwards. */
  finish(): Promise<void>;
  /** Gives the file up and takes it away; never throws. */
  discard(): Promise<void>;
}

/** What came of making a file. */
export type FileCreation =
  | { readonly outcome: "created"; readonly file: NewFile }
  /** `reason`: a sentence's end, as "it stands there already". */
  | { readonly outcome: "refused"; readonly reason: string };

/** The file system, as narrow as the commands use it. */
export interface Files {
  readText(path: string): Promise<FileRead>;
  /** Makes a file that only its owner may read, and never writes over one that stands. */
  create(path: string): Promise<FileCreation>;
  /** Where the path leads, or would lead once something stands there; null: that cannot be told. */
  follow(path: string): Promise<RealPath | null>;
}
