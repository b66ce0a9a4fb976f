import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanTemp, keptTempDir } from "../../kit/temp.ts";
import { Host, issue, Offer } from "./fake-tms.ts";

cleanTemp();

/** An escrow behind a stock server of another make, with all that one may do after the handshake. */
const has = Bun.which("openssl") !== null;
if (!has) console.log("openssl is not installed: its server is not tried");

const offer = new Offer();
const body = JSON.stringify({ public_key: offer.line });
const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const stops: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

/** Whether the certificate is looked at, or not. */
const trusts = [{}, { insecure: true, ca_file: undefined }] as const;

/** `openssl s_server`, and what it has said. It follows these orders of one letter once it was asked, and answers after `settled`. */
async function serve(words: readonly string[], orders: string, settled: RegExp) {
  const dir = keptTempDir();
  for (const [name, text] of Object.entries(await issue())) writeFileSync(join(dir, name), text);
  const files = ["-cert", join(dir, "cert"), "-key", join(dir, "key")];
  const server = Bun.spawn(["openssl", "s_server", "-accept", "127.0.0.1:0", "-msg", ...files, ...words], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
  });
  stops.push(async () => {
    server.kill();
    await server.exited;
  });
  let said = "";
  let more = Promise.withResolvers<void>();
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of server.stdout) {
      said += decoder.decode(chunk, { stream: true });
      more.resolve();
      more = Promise.withResolvers();
    }
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await more.promise;
  };
  const talk = async () => {
    await until(() => said.includes("key_type"));
    for (const [i, order] of [...orders].entries()) {
      server.stdin.write(`${order}\n`);
      await server.stdin.flush();
      await until(() => said.split(/>>> .* (?:HelloRequest|KeyUpdate)/).length === i + 2);
    }
    await until(() => settled.test(said));
    server.stdin.write(answer);
    await server.stdin.flush();
  };
  void talk();
  const ended = read().then(() => Promise.reject(new Error(`openssl s_server ${words.join(" ")} has ended\n${said}`)));
  // Of interest only before it listens.
  ended.catch(() => {});
  await Promise.race([until(() => /^ACCEPT .*:\d+$/m.test(said)), ended]);
  return { port: Number(/^ACCEPT .*:(\d+)$/m.exec(said)?.[1]), said: () => said };
}

describe.if(has)("openssl's server", () => {
  // The client has ended two handshakes: what is sent now comes after both.
  const again = /(?:<<< TLS 1.2, Handshake \[length \w+\], Finished[^]*){2}/;
  test.each<[string, string[], string, RegExp]>([
    ["does nothing of the kind", [], "", /key_type/],
    ["shakes hands again", ["-tls1_2"], "r", again],
    ["shakes hands again, and would like a certificate", ["-tls1_2"], "R", again],
    ["changes its keys", ["-tls1_3"], "kKk", /key_type/],
    ["sends many tickets", ["-tls1_3", "-num_tickets", "20"], "", /key_type/],
    ["would like a certificate", ["-verify", "1"], "", /key_type/],
  ])("that %s is asked once", async (_, words, orders, settled) => {
    const { port, said } = await serve(words, orders, settled);
    const host = new Host(`https://localhost:${port}`);
    expect(await host.keycmd(offer.words())).toEqual({ code: 0, stdout: `${offer.line}\n`, stderr: "" });
    expect(said().split("POST /")).toHaveLength(2);
  });

  test.each([
    ["has TLS 1.1 only", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], /handshake failed: .*PROTOCOL_VERSION/],
    ["has TLS 1.0 only", ["-tls1", "-cipher", "ALL:@SECLEVEL=0"], /handshake failed: .*PROTOCOL_VERSION/],
    ["shows nothing", ["-nocert", "-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"], /handshake failed: .*HANDSHAKE_FAILURE/],
    ["hides nothing", ["-tls1_2", "-cipher", "NULL:@SECLEVEL=0"], /handshake failed: .*HANDSHAKE_FAILURE/],
    ["demands a certificate", ["-tls1_3", "-Verify", "1"], /CERTIFICATE_REQUIRED/],
  ])("that %s is asked nothing", async (_, words, why) => {
    for (const trust of trusts) {
      const { port, said } = await serve(words, "", /key_type/);
      const host = new Host(`https://localhost:${port}`, trust);
      expect(await host.keycmd(offer.words())).toMatchObject({ code: 1, stdout: "" });
      expect(host.logged()).toHaveLength(1);
      expect(host.logged()[0]).toMatch(why);
      expect(said()).not.toContain("POST");
    }
  });
});
