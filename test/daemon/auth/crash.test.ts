import { expect, test } from "bun:test";
import { parseCertificateLine } from "../../../core/cert/certificate.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { passwordOnly, startDaemon } from "../../kit/daemon.ts";
import { PASSWORD } from "../../kit/person.ts";
import { RemoteAuth } from "../../kit/remote-auth.ts";
import { cleanTemp, tempDir } from "../../kit/temp.ts";

cleanTemp();

/** What auth has said is done. */
interface Acknowledged {
  readonly users: Set<string>;
  readonly serials: Set<string>;
}

/** What is to be acknowledged before auth is killed: some for each of those who ask, in a second. */
const FACTS = 75;

/** Makes users and logs in, a hundred at a time, until auth is gone. */
async function storm(auth: RemoteAuth, round: number, done: Acknowledged, enough: () => void): Promise<void> {
  const [admin, proxy] = [await auth.admin(), await auth.proxy()];
  const public_key = PrivateKey.generate().public.toString();
  const login = (user: string) => proxy.login({ user, password: PASSWORD, public_key, remote_addr: "192.0.2.1" });
  const forever = async (act: (n: number) => Promise<unknown>) => {
    for (let n = 0; ; n++) {
      try {
        await act(n);
      } catch {
        return;
      }
      if (done.users.size + done.serials.size > (round + 1) * FACTS) enough();
    }
  };
  const creating = Array.from({ length: 50 }, (_, worker) =>
    forever(async (n) => {
      const { user } = await admin.createUser({ name: `user-${round}-${worker}-${n}` });
      done.users.add(user);
    }),
  );
  const signing = Array.from({ length: 30 }, () =>
    forever(async () => {
      const { certificate } = await admin.signUser({ user: "robot-1", public_key });
      done.serials.add(String(parseCertificateLine(certificate).serial));
    }),
  );
  const loggingIn = Array.from({ length: 20 }, (_, worker) =>
    forever(async () => {
      const { certificate } = await login(`robot-${worker % 10}`);
      done.serials.add(String(parseCertificateLine(certificate).serial));
    }),
  );
  await Promise.all([...creating, ...signing, ...loggingIn]);
}

test("after kill -9 among a hundred logins and new users, auth opens and has every acknowledged change", async () => {
  const dir = tempDir();
  const flags = ["--roles=auth", passwordOnly(dir), `--data-dir=${dir}/data`, "--cluster-name=test"];
  const done: Acknowledged = { users: new Set(), serials: new Set() };

  {
    await using _daemon = await startDaemon(flags);
    using auth = new RemoteAuth(`${dir}/data`);
    const [admin, proxy] = [await auth.admin(), await auth.proxy()];
    for (let n = 0; n < 10; n++) {
      const { token, user } = await admin.createUser({ name: `robot-${n}` });
      await proxy.acceptInvite({ token, password: PASSWORD, remote_addr: "192.0.2.1" });
      done.users.add(user);
    }
  }
  for (let round = 0; round < 3; round++) {
    const daemon = await startDaemon(flags);
    using auth = new RemoteAuth(`${dir}/data`);
    await storm(auth, round, done, () => daemon.kill("SIGKILL"));
    await daemon.exited;
  }

  await using daemon = await startDaemon(flags);
  using auth = new RemoteAuth(`${dir}/data`);
  const admin = await auth.admin();
  expect(done.users.size + done.serials.size).toBeGreaterThan(3 * FACTS);
  const users = new Set((await admin.list("user")).map(({ metadata }) => metadata.name));
  expect([...done.users].filter((name) => !users.has(name))).toEqual([]);
  const events = await admin.searchEvents({ limit: 100_000 });
  const told = new Set(events.flatMap(({ event, name, serial }) => (event === "user.create" ? [name] : [serial])));
  expect([...done.users, ...done.serials].filter((fact) => !told.has(fact))).toEqual([]);
  expect(await admin.verifyEvents()).toMatchObject({ ok: true });
  expect(daemon.log().filter(({ level }) => level === "error")).toEqual([]);
}, 60_000);
