import assert from "node:assert/strict";
import { type DaemonRequest, Mailbox } from "../../../src/service/requests.ts";

function source() {
  const listeners = new Set<(request: DaemonRequest) => void>();
  return {
    send: (request: DaemonRequest) => listeners.forEach((listener) => listener(request)),
    listeners,
    subscribe(listener: (request: DaemonRequest) => void): Disposable {
      listeners.add(listener);
      return { [Symbol.dispose]: () => listeners.delete(listener) };
    },
  };
}

Deno.test("Mailbox keeps requests until they are taken, each once", () => {
  const { send, subscribe } = source();
  using mailbox = new Mailbox(subscribe);
  assert.deepEqual([...mailbox.take()], []);
  send("sync-now");
  send("reload");
  send("sync-now");
  assert.deepEqual([...mailbox.take()], ["sync-now", "reload"]);
  assert.deepEqual([...mailbox.take()], []);
});

Deno.test("Mailbox wakes who waits, once for all that came in since the last look", () => {
  const { send, subscribe } = source();
  using mailbox = new Mailbox(subscribe);
  const { arrival } = mailbox;
  assert.equal(arrival.aborted, false);
  send("reload");
  assert.equal(arrival.aborted, true);
  mailbox.take();
  assert.equal(mailbox.arrival.aborted, false);
});

Deno.test("Mailbox stops listening when it is disposed of", () => {
  const { listeners, subscribe } = source();
  {
    using _mailbox = new Mailbox(subscribe);
    assert.equal(listeners.size, 1);
  }
  assert.equal(listeners.size, 0);
});
