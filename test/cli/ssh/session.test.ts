import { expect, test } from "bun:test";
import { PassThrough, Writable } from "node:stream";
import { runSession } from "../../../cli/ssh/session.ts";
import { cleanServers, login, newUser, serve } from "../../core/ssh/kit.ts";

cleanServers();

test("a command whose whole story comes in one piece has its status and its output", async () => {
  const { port } = await serve();
  const connection = await login(port, await newUser());
  for (let i = 0; i < 20; i++) {
    const printed: string[] = [];
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        printed.push(chunk.toString());
        done();
      },
    });
    const status = await runSession(connection, {
      ...{ command: "whoami", env: {}, forwardAgent: false, terminal: undefined, forceTerminal: false, term: "" },
      ...{ escape: undefined, input: false, stdout, stderr: new PassThrough() },
    });
    expect({ status, printed: printed.join("") }).toEqual({ status: 0, printed: "alice as alice\n" });
  }
  connection.close();
});
