import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FOREVER, formatCertificate } from "../../../../core/cert/certificate.ts";
import { EXTENSIONS } from "../../../../core/cert/identity.ts";
import { PrivateKey } from "../../../../core/cert/private-key.ts";
import { PublicKey } from "../../../../core/cert/public-key.ts";
import { selfSigned } from "../../../../core/cert/x509.ts";
import { forged } from "../../../core/cert/keygen.ts";
import { run } from "../../../kit/run.ts";
import { cleanTemp, tempDir } from "../../../kit/temp.ts";

cleanTemp();

/** What the proxy of these tests puts into the certificates that it hands out. */
let principals: readonly string[] = [];
let [cluster, secondFactor] = ["evil", "off"];

const ca = PrivateKey.generate();
const { certPem, keyPem } = await selfSigned({ names: ["localhost"], days: 1, now: new Date() });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  tls: { cert: certPem, key: keyPem },
  async fetch(request) {
    if (request.method === "GET")
      return Response.json({
        cluster,
        server_version: "0.0.0",
        auth: { type: "local", second_factor: secondFactor },
        proxy: { ssh: { addr: "127.0.0.1:1" }, web: { addr: "127.0.0.1:1" } },
      });
    const { pub_key, user } = (await request.json()) as { pub_key: string; user: string };
    const certificate = forged(ca, {
      type: "user",
      key: PublicKey.parse(pub_key),
      keyId: user,
      principals,
      validAfter: new Date(0),
      validBefore: FOREVER,
      extensions: new Map([
        [EXTENSIONS.cluster, cluster],
        [EXTENSIONS.roles, "[]"],
        [EXTENSIONS.traits, "{}"],
      ]),
    });
    const signers = [{ cluster, type: "host", keys: [ca.public.toString()] }];
    return Response.json({ user, cluster, cert: formatCertificate(certificate), host_signers: signers });
  },
});
afterAll(() => server.stop(true));

async function logIn(home: string) {
  const words = [`--proxy=localhost:${server.port}`, "--user=alice", "--insecure", "--password-file=-"];
  return run(["tsh", "login", ...words], { env: { HOME: home }, stdin: "correct horse battery\n" });
}

test("a login that would be a line of somebody's ssh_config is refused, and leaves nothing", async () => {
  const home = tempDir();
  for (const login of ["root\n    ProxyCommand touch /tmp/owned", "root\u001b[2J", "*", "a,b"]) {
    principals = [login];
    const { code, stdout, stderr } = await logIn(home);
    expect([login, code, stdout]).toEqual([login, 4, ""]);
    expect(stderr).toContain("which is no name");
    expect(stderr).not.toContain("\u001b");
  }
  expect(existsSync(join(home, ".tsh"))).toBe(false);
});

test("nothing that it says moves the cursor of who is asked for a password", async () => {
  for (const [name, factor] of [
    ["\u001b[2Jevil", "off"],
    ["evil\r\nPassword of root: ", "off"],
    ["evil", "\u001b]0;x\u0007"],
  ] as const) {
    [cluster, secondFactor] = [name, factor];
    const { code, stdout, stderr } = await logIn(tempDir());
    expect([name, code, stdout]).toEqual([name, 7, ""]);
    expect(stderr).toBe(
      "tsh: error: the server at this address is not a Sallyport proxy\nhint: check host and port of --proxy\n",
    );
  }
  [cluster, secondFactor] = ["evil", "off"];
});

test("a cluster that would be another file, or another line, is refused", async () => {
  principals = ["root"];
  for (const name of ["../../evil", "a b", "a\n@cert-authority * x", "-x", ""]) {
    cluster = name;
    const home = tempDir();
    const { code, stdout } = await logIn(home);
    expect([name, code > 0, stdout]).toEqual([name, true, ""]);
    expect(existsSync(join(home, ".tsh")) ? readdirSync(join(home, ".tsh")) : []).toEqual([]);
  }
});
