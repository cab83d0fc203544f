/** What a running daemon can be asked for from outside, and the place where it finds it. @module */

/** A wish. */
export type DaemonRequest =
  /** Sync every tab now. */
  | "sync-now"
  /** Read the configuration again. */
  | "reload";

/** Calls the listener for each request, until it is disposed of. */
export type Requests = (listener: (request: DaemonRequest) => void) => Disposable;

/** Keeps what was asked for until the daemon has time for it. Asking twice is asking once. */
export class Mailbox implements Disposable {
  readonly #waiting = new Set<DaemonRequest>();
  readonly #subscription: Disposable;
  #wake = new AbortController();

  constructor(requests: Requests) {
    this.#subscription = requests((request) => {
      this.#waiting.add(request);
      this.#wake.abort();
    });
  }

  /** Aborts when something comes in; to be asked for again after every {@linkcode Mailbox.take}. */
  get arrival(): AbortSignal {
    return this.#wake.signal;
  }

  /** What came in since the last call. */
  take(): ReadonlySet<DaemonRequest> {
    const taken = new Set(this.#waiting);
    this.#waiting.clear();
    this.#wake = new AbortController();
    return taken;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
