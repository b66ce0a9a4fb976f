import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { Framing, frame, MESSAGE, readIdentities } from "../../../core/ssh/agent-protocol.ts";
import { serveSshAgent } from "../../../daemon/agent/ssh-agent.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";
import { until } from "../../kit/until.ts";

cleanTemp();

const REQUEST = frame(MESSAGE.requestIdentities);
/** Their answers are more than any kernel keeps for one connection; the requests are less. */
const MANY = 10_000;

function stage() {
  const key = PrivateKey.generate();
  const counted = { asked: 0 };
  const serving = serveSshAgent(join(tempDir(), "agent.sock"), async () => {
    counted.asked += 1;
    return [{ blob: key.public.blob, comment: "x".repeat(2_000), sign: (data) => key.sign(data) }];
  });
  return { serving, counted };
}

test("a client that does not read replies is paused, and gets all replies once it reads", async () => {
  const { serving, counted } = stage();
  await using agent = await serving;
  const deaf = connect(agent.socket).pause();
  deaf.write(Buffer.concat(Array(MANY).fill(REQUEST)));
  await until("the first requests are answered", () => counted.asked > 10);
  // Somebody else is served all the time.
  for (let n = 0; n < 50; n++) {
    const other = connect(agent.socket);
    other.write(REQUEST);
    await once(other, "data");
    other.destroy();
  }
  expect(counted.asked).toBeLessThan(MANY / 2);

  const framing = new Framing();
  let answers = 0;
  for await (const chunk of deaf) {
    for (const { body } of framing.push(chunk)) answers += readIdentities(body).length;
    if (answers === MANY) break;
  }
  expect(answers).toBe(MANY);
});
