import { expect, test } from "bun:test";
import { Duplex, PassThrough } from "node:stream";
import { Sftp } from "../../../cli/ssh/sftp.ts";
import { Writer } from "../../../core/cert/wire.ts";
import { Fault } from "../../../core/fault.ts";
import type { ClientConnection } from "../../../core/ssh/client.ts";
import { REPLY } from "../../../core/ssh/sftp.ts";
import { Random } from "../../fuzz/random.ts";

/** A connection whose SFTP subsystem answers every packet by what `reply` makes of its number, or only the first. */
function connection(reply: (count: number) => Uint8Array | undefined, once = false): ClientConnection {
  let count = 0;
  const channel = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      const answer = reply(count++);
      if (answer === undefined) this.push(null);
      else this.push(answer);
      if (once) this.push(null);
      done();
    },
  });
  channel.on("end", () => channel.emit("close"));
  Object.assign(channel, { stderr: new PassThrough() });
  const ssh = { subsys: (_: string, done: (error: undefined, channel: Duplex) => void) => done(undefined, channel) };
  return { ssh } as unknown as ClientConnection;
}

/** Bytes that come again in every run. */
function noiseFrom(random: Random): (count: number) => Buffer {
  return (count) => Buffer.from(Array.from({ length: count }, () => random.below(256)));
}

function packet(body: Uint8Array): Buffer {
  return new Writer().string(body).done();
}

const VERSION = packet(new Writer().byte(REPLY.VERSION).uint32(3).string("limits@openssh.com").string("1").done());

/** Everything that a client asks for, so that every kind of answer is read. */
const QUESTIONS: readonly ((sftp: Sftp) => Promise<unknown>)[] = [
  (sftp) => sftp.stat("/x", true),
  (sftp) => sftp.realpath("."),
  (sftp) => sftp.list("/"),
  (sftp) => sftp.readSize(),
  async (sftp) => sftp.read(await sftp.openToRead("/x"), 0, 1000),
  async (sftp) => sftp.write(await sftp.openToWrite("/x", 0o644), 0, Buffer.from("x")),
  (sftp) => sftp.makeDirectory("/x", 0o755),
];

test("whatever a server answers, a question ends in an answer or a Fault", async () => {
  const types = Object.values(REPLY);
  const noiseOf = noiseFrom(new Random(20_261_120));
  for (let round = 0; round < 3000; round++) {
    const sftp = await Sftp.open(
      connection((count) => {
        if (count === 0) return VERSION;
        if (count > 20) return undefined;
        const noise = noiseOf(round % 64);
        const type = types[round % types.length] ?? 0;
        // From nothing but noise to packets that are right but for their contents.
        if (round % 5 === 0) return noise.length === 0 ? undefined : noise;
        return packet(
          new Writer()
            .byte(type)
            .uint32(count - 1)
            .raw(noise)
            .done(),
        );
      }),
    );
    const ask = QUESTIONS[round % QUESTIONS.length];
    const outcome = ask?.(sftp).catch((error: unknown) => error);
    // What is too short to be a packet leaves the client waiting: until the connection ends, as it does in the end.
    setTimeout(() => sftp.close());
    const answer = await outcome;
    if (answer instanceof Error) expect(answer).toBeInstanceOf(Fault);
  }
});

test("a greeting that is none is refused, however it is cut", async () => {
  const noiseOf = noiseFrom(new Random(20_261_120));
  for (let round = 0; round < 500; round++) {
    const noise = noiseOf(1 + (round % 40));
    const opened = Sftp.open(connection((count) => (count === 0 ? noise : undefined), true));
    expect(await opened.catch((error: unknown) => error)).toBeInstanceOf(Fault);
  }
});
