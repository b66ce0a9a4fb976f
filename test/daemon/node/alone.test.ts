import { expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRoot, own } from "../../kit/account.ts";
import { passwordOnly, startDaemon } from "../../kit/daemon.ts";
import { program, type Ran, runProgram } from "../../kit/run.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

/** Root tries it as another user; everybody else is one. */
const login = isRoot ? "nobody" : own.login;
const NOBODY = 65_534;

test("a node without root serves only the user that it runs as, and logs that", async () => {
  const dir = tempDir();
  const data = join(dir, "data");
  mkdirSync(data);
  if (isRoot) {
    chmodSync(dir, 0o755);
    chownSync(data, NOBODY, NOBODY);
  }
  const through = isRoot ? ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"] : [];
  await using daemon = await startDaemon(
    [passwordOnly(dir), `--data-dir=${data}`, "--cluster-name=test", "--nodename=node-1", "--public-addr=localhost"],
    { through, env: { HOME: dir } },
  );
  await daemon.logged(
    (entry) => entry["message"] === `not root: this node serves only ${login}, the user that it runs as`,
  );

  const tctl = (...words: string[]) => runProgram([...through, program("tctl"), `--data-dir=${data}`, ...words]);
  await tctl("users", "add", "alice", `--logins=${login},root`);
  await tctl("auth", "sign", "--user=alice", "--format=openssh", "-o", join(data, "alice"));
  writeFileSync(join(dir, "id"), readFileSync(join(data, "alice")), { mode: 0o600 });
  writeFileSync(join(dir, "id-cert.pub"), readFileSync(join(data, "alice-cert.pub")));
  writeFileSync(join(dir, "known_hosts"), (await tctl("auth", "export", "--type=host")).stdout);
  const [host = "", port = ""] = daemon.at("node").split(":");
  const ssh = (login: string, command: string): Promise<Ran> =>
    runProgram([
      ...["ssh", "-F", "none", "-i", join(dir, "id"), "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-p", port],
      ...["-o", `UserKnownHostsFile=${dir}/known_hosts`, "-o", "HostKeyAlias=node-1", `${login}@${host}`, command],
    ]);

  const served = await ssh(login, isRoot ? "" : "id -un");
  // The account of nobody has a shell that says no more than this.
  expect(served.stdout + served.stderr).toContain(isRoot ? "This account is currently not available." : login);
  const other = await ssh("root", "id");
  expect(other.code).toBe(255);
  expect(other.stderr).toContain("this node does not run as root, so it can only serve the user that it runs as");
});
