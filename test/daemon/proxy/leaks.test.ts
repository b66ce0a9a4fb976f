import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ClientConnection, connectSsh, openChannel, openSubsystem } from "../../../core/ssh/client.ts";
import { hostVerifier } from "../../../core/ssh/verify-host.ts";
import { renderMetrics } from "../../../daemon/metrics.ts";
import { dice } from "../../core/policy/make.ts";
import { hostCa, now, type User } from "../../core/ssh/kit.ts";
import { until } from "../../kit/until.ts";
import { cleanProxies, clusterUser, PROXY, startProxy, tcpServer } from "./kit.ts";

cleanProxies();

async function logIn(port: number, { key, certificate }: User): Promise<{ ssh: ClientConnection; socket: Socket }> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const credential = { key: key.toOpenSSH(), certificate };
  const verifyHost = hostVerifier({ authorities: () => [hostCa.public], names: [PROXY], now });
  return { ssh: await connectSsh(socket, { user: "root", credential, verifyHost }), socket };
}

test("however a way ends, and whoever ends it, nothing of it is left", async () => {
  const roll = dice(7);
  const port = await tcpServer((socket) => {
    const behave = roll(["echo", "flood", "die", "silent", "deaf"] as const);
    if (behave !== "silent") socket.write("SSH-2.0-target\r\n");
    if (behave === "echo") socket.pipe(socket);
    if (behave === "flood") socket.write(Buffer.alloc(4_000_000));
    if (behave === "die") setTimeout(() => socket.destroy(), roll([0, 1, 5]));
    if (behave === "deaf") socket.pause();
  });
  const proxy = await startProxy();
  const user = await clusterUser();

  const visit = async () => {
    const { ssh, socket } = await logIn(proxy.ssh, user);
    const ways = Array.from({ length: 4 }, async () => {
      const channel: Duplex & { close(): void } = await (roll([true, false])
        ? openChannel(ssh, "127.0.0.1", port)
        : openSubsystem(ssh, `proxy:127.0.0.1:${port}`));
      channel.on("error", () => {});
      if (roll([true, false])) channel.resume();
      if (roll([true, false])) channel.write(Buffer.alloc(roll([1, 100_000, 3_000_000])));
      await Bun.sleep(roll([0, 1, 10]));
      const end = roll(["end", "close", "destroy", "leave"] as const);
      if (end !== "leave") channel[end]();
    });
    await Bun.sleep(roll([0, 5, 30]));
    if (roll([true, false])) ssh.close();
    else socket.destroy();
    await Promise.allSettled(ways);
    await ssh.closed;
  };
  for (let round = 0; round < 5; round++) await Promise.all(Array.from({ length: 8 }, visit));

  await until("the end of every forward", () => renderMetrics().includes("sallyport_proxy_forwards 0\n"));
  // And the proxy is as it was.
  const { ssh } = await logIn(proxy.ssh, user);
  const channel = await openSubsystem(ssh, "proxysites");
  const said = await new Promise<string>((resolve) => channel.once("data", (chunk: Buffer) => resolve(String(chunk))));
  expect(JSON.parse(said)).toMatchObject([{ name: "test" }]);
  ssh.close();
  expect(proxy.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
}, 30_000);

test("one connection has so many ways, and is told when there are no more", async () => {
  const port = await tcpServer((socket) => socket.write("SSH-2.0-target\r\n"));
  const proxy = await startProxy();
  const { ssh } = await logIn(proxy.ssh, await clusterUser());
  for (let i = 0; i < 100; i++) await openChannel(ssh, "127.0.0.1", port);
  await expect(openChannel(ssh, "127.0.0.1", port)).rejects.toThrow("100 hosts at once are the most");
  ssh.close();
});
