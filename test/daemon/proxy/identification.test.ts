import { describe, expect, test } from "bun:test";
import type { Socket } from "node:net";
import { dial } from "../../../daemon/net/dial.ts";
import { awaitIdentification } from "../../../daemon/proxy/identification.ts";
import { atEnd, cleanProxies, tcpServer } from "./kit.ts";

cleanProxies();

async function hear(speak: (socket: Socket) => void, timeoutMs = 5000): Promise<string> {
  const port = await tcpServer(speak);
  const { stream } = await dial({ endpoints: [{ host: "127.0.0.1", port }], explain: String });
  atEnd(() => stream.destroy());
  return (await awaitIdentification(stream, "it", timeoutMs)).toString("latin1");
}

describe("an SSH server", () => {
  test.each([
    ["says so", ["SSH-2.0-OpenSSH_9.2\r\n"]],
    ["may be old", ["SSH-1.99-Cisco\n"]],
    ["may say more at once", ["SSH-2.0-x\r\n\0\0\x01binary"]],
    ["may say it in pieces", ["SS", "H-2.", "0-x\r\n"]],
    ["may say something before", ["Authorized\r\nusers only\r\n", "SSH-2.0-x\r\n"]],
  ])("%s", async (_name, pieces) => {
    const heard = await hear(async (socket) => {
      for (const piece of pieces) {
        socket.write(piece, "latin1");
        await Bun.sleep(20);
      }
    });
    expect(pieces.join("").startsWith(heard)).toBe(true);
    expect(heard).toMatch(/(^|\n)SSH-/);
  });
});

describe("anything else", () => {
  test.each([
    ["a mail server", "220 mail ESMTP\r\n".repeat(600), "is not an SSH server"],
    ["the old protocol", "SSH-1.5-x\r\n", "is not an SSH server"],
    ["a database", "\x4a\0\0\0\x0a5.7\0", "is not an SSH server"],
    ["who says SSH somewhere else", "what about SSH-2.0-x\r\n".repeat(600), "is not an SSH server"],
  ])("%s is refused", async (_name, words, reason) => {
    await expect(hear((socket) => void socket.write(words, "latin1"))).rejects.toThrow(reason);
  });

  test("silence is refused after a while", async () => {
    await expect(hear(() => {}, 50)).rejects.toThrow("it was silent");
  });

  test("a connection that ends is refused at once", async () => {
    await expect(hear((socket) => void socket.end("220 bye\r\n"))).rejects.toThrow("it closed the connection");
    await expect(hear((socket) => void socket.destroy())).rejects.toThrow("it closed the connection");
  });
});
