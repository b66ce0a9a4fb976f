/**
 * `bun null-server.ts CERT KEY`: an HTTPS server with a constant response, which prints its port. Its rate is the upper bound
 * of the load generator.
 */
const [, , cert = "", key = ""] = process.argv;
const answer = JSON.stringify({ public_key: "ssh-ed25519 AAAA", result_code: "0", result_msg: "success" });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  tls: { cert: Bun.file(cert), key: Bun.file(key) },
  async fetch(request) {
    await request.json();
    return new Response(answer, { headers: { "content-type": "application/json" } });
  },
});
console.log(server.port);
