/**
 * Makes a response of server-sent events.
 * @param run sends events by send(event, data), whose promise waits for the client and rejects when the client is gone.
 */
export function streamEvents(run) {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const send = (event, data) =>
    writer.write(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  run(send)
    .catch((error) => send("error", { error: error.message }))
    .then(() => writer.close())
    .catch(() => {}); // The client has gone: what was kept last is where the next request goes on.
  return new Response(readable, { headers: { "content-type": "text/event-stream" } });
}
