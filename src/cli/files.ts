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

/** The file system, as narrow as the commands use it. */
export interface Files {
  readText(path: string): Promise<FileRead>;
  /** The target of the path; null: nothing stands there. */
  follow(path: string): Promise<RealPath | null>;
}
