import { beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, program } from "../../kit/run.ts";
import { goldenJson, stage } from "./kit.ts";

/** What scripts read. Fields may be added to these files, and nothing else may change in them. */

const NODE = "00000000-0000-4000-8000-00000000000a";
const ROLE =
  "kind: role\nmetadata: {name: dba}\nspec:\n  allow:\n    logins: [postgres]\n    node_labels: {env: prod}\n";

const cluster = stage();
const json = async (name: string, ...words: string[]) =>
  goldenJson(name, await cluster.output([...words, "--format=json"]));

beforeAll(async () => {
  const { output, auth, dir } = cluster;
  await auth.node(NODE, "web1", { env: "prod", rack: "7" });
  await output(["users", "add", "alice", "--logins=alice,root"]);
  writeFileSync(join(dir, "dba.yaml"), ROLE);
  await output(["create", join(dir, "dba.yaml")]);
  await output(["tokens", "add", "--type=node,proxy", "--uses=3", "--value=a-token-of-mine"]);
});

test("status", () => json("status", "status"));

test("users", async () => {
  await json("users-add", "users", "add", "carol", "--roles=auditor", "--ttl=2h", "--kind=bot");
  await json("users-ls", "users", "ls");
  await json("users-update", "users", "update", "carol", "--roles=access,auditor", "--logins=carol");
  await json("users-reset", "users", "reset", "carol");
  await cluster.output(["users", "rm", "carol"]);
});

test("nodes", async () => {
  await json("nodes-add", "nodes", "add", "--count=2");
  await json("nodes-ls", "nodes", "ls");
  await json("nodes-ls-none", "nodes", "ls", "env=none");
  expect(await cluster.json("nodes", "ls", "env=prod,rack=7", "--search=WEB")).toHaveLength(1);
});

test("tokens", async () => {
  await json("tokens-add", "tokens", "add", "--type=proxy", "--ttl=10m");
  const listed = (await cluster.json("tokens", "ls")) as { metadata: { name: string }; spec: { roles: string[] } }[];
  const mine = listed.find(({ spec }) => spec.roles.length === 2);
  goldenJson("tokens-ls", `${JSON.stringify([mine], null, 2)}\n`);
  const names = await cluster.output(["tokens", "ls", "--with-secrets", "--format=names"]);
  expect(names.split("\n")).toContain("a-token-of-mine");
});

test("get, of every kind", async () => {
  await json("get-user", "get", "user/alice");
  await json("get-role", "get", "role/dba");
  await json("get-roles", "get", "roles");
  await json("get-node", "get", `node/${NODE}`);
  await json("get-cert-authority", "get", "cert_authority");
  await json("get-none", "get", "locks");
  expect(await cluster.json("get", "users,role/dba,cert_authority/user")).toHaveLength(3);
});

test("locks", async () => {
  await json("lock", "lock", "--user=mallory", "--login=root", "--message=call the desk", "--ttl=1h");
  await json("locks-ls", "locks", "ls");
  const [lock] = (await cluster.json("locks", "ls")) as { metadata: { name: string } }[];
  await cluster.output(["locks", "rm", lock?.metadata.name ?? ""]);
});

test("access explain", async () => {
  await json("access-explain", "access", "explain", "alice", "web1", "root");
  await json("access-explain-refused", "access", "explain", "alice", NODE, "postgres");
});

test("diff", async () => {
  const file = join(cluster.dir, "changed.yaml");
  writeFileSync(
    file,
    `${ROLE.replace("[postgres]", "[mysql]")}---\nkind: lock\nmetadata: {name: l9}\nspec: {target: {login: root}}\n`,
  );
  const { code, stdout } = await cluster.tctl(["diff", file, "--format=json"]);
  expect(code).toBe(1);
  goldenJson("diff", stdout);
});

test("audit", async () => {
  const kinds = ["user.create", "role.created", "instance.join", "join_token.create"];
  for (const kind of kinds) {
    const [first] = (await cluster.json("audit", "search", `--event=${kind}`)) as Record<string, unknown>[];
    goldenJson(`audit-${kind}`, `${JSON.stringify(first, null, 2)}\n`);
  }
  expect(await cluster.json("audit", "search", "--from=2020-01-01T00:00:00Z", "--to=2020-01-02T00:00:00Z")).toEqual([]);
  const { ok, records } = (await cluster.json("audit", "verify")) as { ok: boolean; records: number };
  expect({ ok, more: records > 5 }).toEqual({ ok: true, more: true });
});

test("audit tail: one object a line, as they come, until interrupted", async () => {
  const child = Bun.spawn([program("tctl"), "audit", "tail", "--event=user.unlock", "--format=json"], {
    env: cleanEnv({ SALLYPORT_DATA_DIR: join(cluster.dir, "data") }),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const reading = child.stdout.getReader().read();
  // When it listens cannot be seen from here, so something keeps happening, one at a time.
  let told = false;
  void reading.then(() => {
    told = true;
  });
  while (!told) await cluster.output(["users", "unlock", "alice"]);
  const { value } = await reading;
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  const [line = ""] = new TextDecoder().decode(value).split("\n");
  goldenJson("audit-tail", `${line}\n`);
});
