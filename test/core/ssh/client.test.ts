import { expect, test } from "bun:test";
import { cleanServers, exec, login, newUser, serve } from "./kit.ts";

cleanServers();

test("our client logs in to our server", async () => {
  const { port } = await serve();
  const connection = await login(port, await newUser());
  expect((await exec(connection, "whoami")).output.toString()).toBe("alice as alice\n");
  connection.close();
  expect(await connection.closed).toBeUndefined();
});
