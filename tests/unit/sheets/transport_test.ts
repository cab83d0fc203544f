import assert from "node:assert/strict";
import { createExchange, type Fetch } from "../../../src/sheets/transport.ts";

/** A listener that answers GETs, and closes the connection on a POST as soon as it has been read. */
function breakingServer() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: string[] = [];
  const ok = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");

  async function talk(connection: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await connection.read(buffer);
        if (count === null) return;
        const text = new TextDecoder().decode(buffer.subarray(0, count));
        const method = /^(GET|POST) /.exec(text)?.[1];
        if (method !== undefined) requests.push(method);
        if (method !== "GET") return;
        await connection.write(ok);
      }
    } finally {
      connection.close();
    }
  }

  async function accept(): Promise<void> {
    for await (const connection of listener) await talk(connection);
  }

  const running = accept();
  return {
    url: `http://127.0.0.1:${listener.addr.port}/`,
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      await running;
    },
  };
}

Deno.test("exchange sends a POST once when the connection breaks before the answer", async () => {
  await using server = breakingServer();
  // The first request leaves a connection in the pool, on which fetch would try a second time.
  await createExchange(fetch, 5_000, undefined).fetch(server.url);
  const exchange = createExchange(fetch, 5_000, undefined);
  await assert.rejects(exchange.fetch(server.url, { method: "POST", body: '{"a":1}' }));
  assert.deepEqual(server.requests, ["GET", "POST"]);
  assert.equal(exchange.answer, null);
  assert.ok(exchange.failure instanceof Error);
  assert.equal(exchange.sentBytes, 7);
});

Deno.test("exchange gives up when the whole answer takes too long", async () => {
  const never: Fetch = (_, init) =>
    new Promise((_, reject) =>
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason))
    );
  const exchange = createExchange(never, 1, undefined);
  await assert.rejects(exchange.fetch("http://127.0.0.1/"), { name: "TimeoutError" });
});

Deno.test("exchange follows no redirect", async () => {
  const modes: unknown[] = [];
  const record: Fetch = (_, init) => {
    modes.push(init?.redirect);
    return Promise.resolve(new Response("x", { status: 302 }));
  };
  const exchange = createExchange(record, 1_000, undefined);
  await exchange.fetch("http://127.0.0.1/", { redirect: "follow" });
  assert.deepEqual(modes, ["manual"]);
  assert.equal(exchange.answer?.status, 302);
});
