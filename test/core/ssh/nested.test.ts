import { expect, test } from "bun:test";
import { connectSsh, openChannel } from "../../../core/ssh/client.ts";
import { cleanServers, dial, exec, login, newUser, patternAt, serve, verifyHost } from "./kit.ts";

cleanServers();

const SIZE = 12_000_000;

test("a connection within another carries much both ways at once, and not a byte is changed", async () => {
  const [inner, outer, who] = [await serve(), await serve(), await newUser()];
  const accepted = outer.next();
  const carrier = await login(outer.port, who);
  const server = await accepted;
  if (!("ssh" in server)) throw server;
  server.ssh.on("tcpip", async (accept, _reject, { destPort }) => {
    const socket = await dial(destPort);
    const channel = accept();
    socket.pipe(channel).pipe(socket);
  });
  const connection = await connectSsh(await openChannel(carrier, "node", inner.port), {
    user: "alice",
    credential: { key: who.key.toOpenSSH(), certificate: who.certificate },
    verifyHost,
  });

  const sent = patternAt(0, SIZE);
  const [echoed, produced] = await Promise.all([
    new Promise<Buffer>((resolve, reject) => {
      connection.ssh.exec("echo", (error, channel) => {
        if (error) return reject(error);
        const parts: Buffer[] = [];
        channel.on("data", (part: Buffer) => parts.push(part));
        channel.on("close", () => resolve(Buffer.concat(parts)));
        channel.end(sent);
      });
    }),
    exec(connection, `produce ${SIZE}`),
  ]);
  expect(echoed.equals(sent)).toBe(true);
  expect(produced.output.equals(sent)).toBe(true);
  connection.close();
  carrier.close();
});
