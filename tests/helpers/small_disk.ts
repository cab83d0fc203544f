/** A small file system in memory, for tests of what a disk can do to a program. @module */

import { runExecutable, testFolder } from "../cli/program.ts";

const DISK_BYTES = 4_000_000;
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** Runs the work on a disk of its own, or says why it cannot. */
export async function onSmallDisk(work: (folder: string) => Promise<void>): Promise<void> {
  await using folder = await testFolder();
  const told = await mount("-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder.path);
  if (told !== null) {
    console.log(`skipped: no file system can be mounted here (${told.trim()})`);
    return;
  }
  try {
    await work(folder.path);
  } finally {
    await runExecutable("umount", ["--lazy", folder.path], { PATH });
  }
}

/** Makes the disk read-only; it can be written again when what comes back is disposed of. */
export async function readOnly(folder: string): Promise<AsyncDisposable> {
  const told = await mount("-o", "remount,ro", folder);
  if (told !== null) throw new Error(told);
  return {
    async [Symbol.asyncDispose]() {
      await mount("-o", "remount,rw", folder);
    },
  };
}

/** Why it did not work; null: it did. */
async function mount(...args: string[]): Promise<string | null> {
  try {
    const { code, stderr } = await runExecutable("mount", args, { PATH });
    return code === 0 ? null : stderr;
  } catch (error) {
    return String(error);
  }
}
