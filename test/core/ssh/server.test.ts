import { expect, test } from "bun:test";
import { runProgram } from "../../kit/run.ts";
import { cleanServers, newUser, serve, sshOptions } from "./kit.ts";

cleanServers();

test("stock ssh logs in with a certificate and trusts the host by its own", async () => {
  const { port } = await serve();
  const ran = await runProgram(["ssh", ...sshOptions(port, await newUser()), "127.0.0.1", "whoami"]);
  expect(ran).toEqual({ code: 0, stdout: "alice as alice\n", stderr: "" });
});
