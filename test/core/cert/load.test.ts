import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { runProgram } from "../../kit/run.ts";

const CORE = resolve(import.meta.dir, "../../../core/cert");
const HOT = ["wire", "public-key", "private-key", "certificate", "verify", "mint", "identity", "known-hosts", "x509"];

test("sshpk and x509 are loaded only for key files and HTTPS certificates", async () => {
  const script = `
    for (const name of ${JSON.stringify(HOT)}) await import(${JSON.stringify(CORE)} + "/" + name + ".ts");
    const loaded = () => Object.keys(require.cache).filter((path) => path.includes("/node_modules/"));
    console.log(loaded().length);
    const { PrivateKey } = await import(${JSON.stringify(`${CORE}/private-key.ts`)});
    PrivateKey.generate().toOpenSSH();
    console.log(loaded().some((path) => path.includes("/sshpk/")));`;
  const ran = await runProgram([process.execPath, "-e", script]);
  expect(ran).toEqual({ code: 0, stdout: "0\ntrue\n", stderr: "" });
});
