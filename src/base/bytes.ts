/** Memory for bytes. @module */

/**
 * Gives the memory back at once; afterwards the bytes, and every other view of the same buffer, are
 * empty. The garbage collector sees only the small object in front of them: left to it, those of dozens
 * of cycles gather before it runs.
 */
export function freeBytes({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}
