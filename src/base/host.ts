/** What of the machine an installation depends on: files with their modes, and the program itself. @module */

/** What came of looking at a file. */
export type FileLook =
  | {
    readonly kind: "there";
    readonly isFolder: boolean;
    /** The permission bits, as 0o640; null: this system has none. */
    readonly mode: number | null;
  }
  | { readonly kind: "missing" }
  /** `reason`: a sentence's end. */
  | { readonly kind: "hidden"; readonly reason: string };

/** The machine, as narrow as the check of an installation uses it. */
export interface Host {
  look(path: string): FileLook;
  /** Why nothing can be written into the folder, a sentence's end; null: something can. */
  whyNotWritable(folder: string): string | null;
  /** The file of the running program; null: it may not be known. */
  program(): string | null;
}

/** The machine the program runs on. */
export const systemHost: Host = {
  look(path) {
    try {
      const { mode, isDirectory } = Deno.statSync(path);
      return { kind: "there", isFolder: isDirectory, mode: mode === null ? null : mode & 0o777 };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return { kind: "missing" };
      return { kind: "hidden", reason: accessReason(error) };
    }
  },
  whyNotWritable(folder) {
    try {
      Deno.removeSync(Deno.makeTempFileSync({ dir: folder, prefix: ".atlas-mirror-" }));
      return null;
    } catch (error) {
      return accessReason(error);
    }
  },
  program() {
    try {
      return Deno.execPath();
    } catch {
      return null;
    }
  },
};

/** Why a path cannot be used, as the end of a sentence. */
export function accessReason(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return "it lies outside of what this program may use";
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return "its owner and mode do not let this user";
  }
  return error instanceof Error ? error.message : String(error);
}
