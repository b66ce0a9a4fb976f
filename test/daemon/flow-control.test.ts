import { afterEach, beforeEach, expect, test } from "bun:test";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Duplex } from "node:stream";
import type { ServerChannel } from "../../core/ssh/channels.ts";
import { nextTurn } from "../../daemon/flow-control.ts";
import { createLog } from "../../daemon/log.ts";
import { OUTER_LIMITS } from "../../daemon/net/admission.ts";
import { listenTcp } from "../../daemon/net/listen.ts";
import { ownAccount } from "../../daemon/node/account.ts";
import { socketEnd } from "../../daemon/node/channel.ts";
import { ChannelWriter } from "../../daemon/node/channel-writer.ts";
import { dismissSpare, startPiped } from "../../daemon/node/program/piped.ts";
import { startOnTerminal } from "../../daemon/node/program/terminal.ts";
import { bridge } from "../../daemon/proxy/pipe.ts";
import { until } from "../kit/until.ts";

const HELLO = Buffer.from("SSH-2.0-x\r\n");
const MIB = 1024 * 1024;
/** A share, and the piece with which it is spent: the runtime hands over 512 KiB of a socket. */
const MOST = MIB;

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

/** Counts the bytes that are taken in each turn of the event loop. */
class Counter {
  total = 0;
  most = 0;
  #thisTurn = 0;

  constructor() {
    const count = () => {
      this.#thisTurn = 0;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    stack.defer(() => clearImmediate(next));
  }

  take(bytes: number): void {
    this.total += bytes;
    this.#thisTurn += bytes;
    this.most = Math.max(this.most, this.#thisTurn);
  }

  async sees(bytes: number): Promise<void> {
    await until(`${bytes} bytes`, () => this.total >= bytes);
  }
}

/** A process that sends to this port for as long as it is let. */
function pour(port: number): void {
  const pouring = Bun.spawn(["bash", "-c", `exec cat /dev/zero >/dev/tcp/127.0.0.1/${port}`], { stderr: "ignore" });
  stack.defer(async () => {
    pouring.kill();
    await pouring.exited;
  });
}

/** A connection to this process on which bytes never end. */
async function poured(): Promise<Socket> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stack.defer(() => void server.close());
  pour((server.address() as AddressInfo).port);
  const [socket] = (await once(server, "connection")) as [Socket];
  socket.on("error", () => {});
  stack.defer(() => void socket.destroy());
  return socket;
}

test("a connection that is logged in", async () => {
  const counter = new Counter();
  const listening = await listenTcp({
    name: "test",
    host: "127.0.0.1",
    port: 0,
    setting: "",
    limits: OUTER_LIMITS,
    log: createLog({ level: "error", format: "text", write: (line) => process.stderr.write(line) }),
    onSocket(socket, peer) {
      socket.on("data", (chunk: Buffer) => counter.take(chunk.length));
      peer.authenticated();
    },
  });
  stack.defer(() => listening.drain(0));
  pour(listening.port);
  await counter.sees(64 * MIB);
  expect(counter.most).toBeLessThan(MOST);
});

/** A user who takes everything at once. */
function eagerUser(counter: Counter): ServerChannel {
  return channelOf((chunk, done) => {
    counter.take(chunk.length);
    done();
  });
}

function channelOf(write: (chunk: Buffer, done: () => void) => void): ServerChannel {
  const channel = new Duplex({ read() {}, write: (chunk: Buffer, _encoding, done) => write(chunk, done) });
  const none = () => {};
  return Object.assign(channel, { exit: none, close: none, eof: none, stderr: channel }) as unknown as ServerChannel;
}

test("a host behind the proxy", async () => {
  const counter = new Counter();
  const socket = await poured();
  const bridged = bridge(eagerUser(counter), socket, HELLO, new AbortController().signal);
  await counter.sees(64 * MIB);
  expect(counter.most).toBeLessThan(MOST);
  socket.destroy();
  await bridged;
});

test("a host behind the proxy still waits for a slow client", async () => {
  let [taken, goOn] = [0, () => {}];
  const channel = channelOf((chunk, done) => {
    taken += chunk.length;
    goOn = done;
  });
  const socket = await poured();
  const bridged = bridge(channel, socket, HELLO, new AbortController().signal);
  // Enough turns for 200 MiB.
  for (let turns = 0; turns < 400; turns++) await nextTurn();
  expect(taken).toBe(HELLO.length);
  expect(channel.writableLength).toBeLessThan(MOST);
  goOn();
  await until("more", () => taken > HELLO.length);
  socket.destroy();
  await bridged;
});

test("a connection that the node forwards", async () => {
  const counter = new Counter();
  const far = socketEnd(await poured(), new ChannelWriter(eagerUser(counter), () => {}).write);
  await counter.sees(64 * MIB);
  expect(counter.most).toBeLessThan(MOST);
  far.abandon();
});

test.each([
  ["a program", startPiped.bind(null, "__session")],
  ["a program on a terminal", startOnTerminal],
])("%s", async (_, start) => {
  stack.defer(dismissSpare);
  const counter = new Counter();
  const account = { ...ownAccount(), shell: "/bin/sh" };
  const orders = { become: "shell", account, env: { PATH: "/usr/bin:/bin" }, command: "exec cat /dev/zero" };
  const program = start(orders, new ChannelWriter(eagerUser(counter), () => {}).write);
  await counter.sees(32 * MIB);
  program.signal("SIGKILL");
  program.abandon();
  await program.ended;
  expect(counter.most).toBeLessThan(MOST);
});
