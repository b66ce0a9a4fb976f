import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { AuthClient } from "../../core/api/client.ts";
import { EXTENSIONS } from "../../core/cert/identity.ts";
import { type CertificateSpec, mintCertificate } from "../../core/cert/mint.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";
import { Fault } from "../../core/fault.ts";
import { REASONS, type Reason } from "../../core/policy/authorize.ts";
import { type ClientConnection, type Credential, openChannel } from "../../core/ssh/client.ts";
import type { Running } from "../../daemon/boot.ts";
import type { Cluster } from "../../daemon/cluster/cluster.ts";
import { openCluster } from "../../daemon/cluster/open.ts";
import { createLog } from "../../daemon/log.ts";
import { nodeRole } from "../../daemon/node/role.ts";
import { proxyRole } from "../../daemon/proxy/role.ts";
import { own } from "../kit/account.ts";
import { TestAuth } from "../kit/auth.ts";
import { apiOver, connectTo, requestOver } from "../kit/auth-client.ts";
import { run } from "../kit/run.ts";
import { keptTempDir } from "../kit/temp.ts";
import { until } from "../kit/until.ts";

/**
 * Every reason of `authorize` at every entry point: a real auth, proxy and node in this process, resources by the API,
 * certificates by a trusted key. Each row makes the state of one reason for a user of its own, then asks everywhere.
 */

type Entry =
  /** A new connection to auth. */
  | "auth"
  /** A request that needs a rule, on a connection to auth that was open before; or the reason why that was cut. */
  | "request"
  /** A new connection to the proxy. */
  | "proxy"
  /** The node, through the proxy. */
  | "target"
  /** A login to the node, then a forwarding there. */
  | "node"
  /** `tsh ls`: the node is listed or not. */
  | "list"
  | "explain";

/**
 * A reason: refused for it. `hidden`: refused, or not listed, without telling the reason. `n/a`: cannot be asked.
 * `tctl access explain` speaks of the certificate that a login would issue now, from an allowed address.
 */
type Cell = Reason | "allowed" | "hidden" | "n/a";

const MATRIX: Readonly<Record<string, Readonly<Record<Entry, Cell>>>> = table(`
  state                  | auth                | request             | proxy               | target              | node                   | list                | explain
  granted                | allowed             | allowed             | allowed             | allowed             | allowed                | allowed             | allowed
  other_cluster          | other_cluster       | n/a                 | other_cluster       | other_cluster       | other_cluster          | other_cluster       | allowed
  untrusted_authority    | untrusted_authority | untrusted_authority | untrusted_authority | untrusted_authority | untrusted_authority    | untrusted_authority | allowed
  unknown_user           | unknown_user        | unknown_user        | unknown_user        | unknown_user        | unknown_user           | unknown_user        | n/a
  former_user            | former_user         | unknown_user        | former_user         | former_user         | former_user            | former_user         | allowed
  locked                 | locked              | locked              | locked              | locked              | locked                 | locked              | locked
  locked role certified  | locked              | locked              | locked              | locked              | locked                 | locked              | no_role
  locked role held       | locked              | locked              | locked              | locked              | locked                 | locked              | locked
  locked login           | allowed             | allowed             | allowed             | hidden              | locked                 | hidden              | locked
  locked node            | allowed             | allowed             | allowed             | hidden              | locked                 | hidden              | locked
  source_address         | source_address      | source_address      | source_address      | source_address      | source_address         | source_address      | allowed
  no_role                | allowed             | rule                | allowed             | hidden              | no_role                | hidden              | no_role
  denied                 | allowed             | allowed             | allowed             | hidden              | denied                 | hidden              | denied
  labels                 | allowed             | allowed             | allowed             | hidden              | labels                 | hidden              | labels
  login                  | allowed             | allowed             | allowed             | hidden              | login                  | hidden              | login
  not_certified          | allowed             | allowed             | allowed             | hidden              | not_certified          | hidden              | allowed
  session_mfa            | allowed             | allowed             | allowed             | session_mfa         | session_mfa            | hidden              | session_mfa
  certificate_permission | allowed             | allowed             | allowed             | allowed             | certificate_permission | allowed             | allowed
  role_permission        | allowed             | allowed             | allowed             | allowed             | role_permission        | allowed             | allowed
  rule                   | allowed             | rule                | allowed             | allowed             | allowed                | allowed             | allowed
  expired                | expired             | expired             | expired             | expired             | expired                | expired             | allowed
`);

/** The message by which a user is told each reason. The reasons of roles have one message: a refusal does not disclose more. */
const ROLES = /^access denied: role does not allow login \S+ on web1/;
const MESSAGES: Readonly<Record<Reason | "hidden", RegExp>> = {
  other_cluster: /^the certificate is of the cluster "?leaf/,
  // At the login the verifier of certificates refuses; on an open connection `authorize` does.
  untrusted_authority: /authority that is not trusted|the authority of your certificate is no longer trusted/,
  expired: /^the certificate expired at|^your certificate has expired/,
  unknown_user: /^the user \S+ does not exist/,
  former_user: /^the certificate is of an earlier user/,
  locked: /^access is locked: ask the desk/,
  source_address: /^your roles do not allow connections from 127\.0\.0\.1/,
  no_role: ROLES,
  denied: ROLES,
  labels: ROLES,
  login: ROLES,
  not_certified: /^your certificate does not allow the login/,
  session_mfa: /second factor for each session/,
  certificate_permission: /^your certificate does not permit port forwarding/,
  role_permission: /^your roles do not permit port forwarding/,
  rule: /^access denied: none of your roles may list lock resources/,
  hidden: /opens "web1", if there is such a node/,
};

const LOGIN = own.login;
const CLUSTER = "test";
const clock = () => auth.now;

let auth: TestAuth;
let admin: AuthClient;
let proxy: { readonly cluster: Cluster; readonly addr: string };
let node: { readonly cluster: Cluster; readonly addr: string };
const trusted = PrivateKey.generate();
const distrusted = PrivateKey.generate();
const stack = new AsyncDisposableStack();
const open: ClientConnection[] = [];

beforeAll(async () => {
  auth = await TestAuth.start();
  stack.use(auth);
  admin = await auth.admin();
  await trustAlso(trusted, distrusted);
  const log = createLog({ level: "error", format: "json", write: () => {} });

  const gate = await member("proxy", "gate");
  const gateRunning = await proxyRole({
    cluster: gate.cluster,
    ssh: { host: "127.0.0.1", port: 0 },
    web: { host: "127.0.0.1", port: 0 },
    publicAddrs: [],
    sshPublicAddrs: [],
    advertiseIp: undefined,
    keypairs: [],
    dataDir: gate.dataDir,
    hostname: "gate",
    maxConnections: 1000,
    log,
    now: clock,
  }).start();
  stack.defer(() => gateRunning.stop());
  proxy = { cluster: gate.cluster, addr: addressOf(gateRunning) };

  const web1 = await member("node", "web1");
  const listen = { listen: { host: "127.0.0.1", port: 0 }, publicAddrs: [], labels: { env: "prod" }, commands: [] };
  const webRunning = await nodeRole({
    cluster: web1.cluster,
    settings: { nodename: "web1", advertiseIp: "127.0.0.1", maxConnections: 1000, node: listen },
    version: "0.0.0",
    log,
    now: clock,
  }).start();
  stack.defer(() => webRunning.stop());
  node = { cluster: web1.cluster, addr: addressOf(webRunning) };
  await until("the proxy knows the node", () => proxy.cluster.view.nodes.get(web1.cluster.uuid));
}, 30_000);

afterAll(async () => {
  for (const connection of open) connection.close();
  await stack.disposeAsync();
});

async function member(role: "node" | "proxy", hostname: string): Promise<{ cluster: Cluster; dataDir: string }> {
  const { token, pins } = auth.role.localJoin([role]);
  const dataDir = keptTempDir();
  const log = createLog({ level: "error", format: "json", write: () => {} });
  const cluster = await openCluster({
    dataDir,
    roles: [role],
    authAddrs: [auth.address],
    token,
    caPins: pins,
    hostname,
    addresses: ["127.0.0.1"],
    log,
    now: clock,
  });
  stack.use(cluster);
  return { cluster, dataDir };
}

function addressOf(running: Running): string {
  return (running.listening.find((url) => url.startsWith("ssh://")) ?? "").replace("ssh://", "");
}

/** The user CA's trusted keys beside its own. */
async function trustAlso(...keys: PrivateKey[]): Promise<void> {
  const stored = await auth.store.get("/authorities/user");
  const record = JSON.parse(Buffer.from(stored?.value ?? []).toString());
  record.resource.spec.additional_trusted_keys = keys.map((key) => key.public.toString());
  await auth.store.commit([{ put: "/authorities/user", value: Buffer.from(JSON.stringify(record)), expect: "any" }]);
}

/** The node's next heartbeat, at once: by auth's clock the last one may be over. */
async function heartbeat(): Promise<void> {
  const { uuid, api } = node.cluster;
  const known = proxy.cluster.view.nodes.get(uuid);
  if (known === undefined) throw new Error("the proxy does not know the node");
  const { hostname, addr, version } = known.spec;
  const { labels = {} } = known.metadata;
  await api.heartbeat({ node: { metadata: { name: uuid, labels }, spec: { hostname, addr, version } } });
}

/** Waits until proxy and node know what has happened so far. */
let markers = 0;
async function settled(): Promise<void> {
  const name = `marker-${++markers}`;
  await admin.create("role", { kind: "role", metadata: { name }, spec: {} });
  for (const { cluster } of [proxy, node]) await until("the members know", () => cluster.view.roles.has(name));
}

/** A user of one row, with a role of its own. */
class User {
  readonly name: string;
  readonly role: string;
  /** Names of roles in the certificate. */
  certified: string[];
  credential: Credential | undefined;

  constructor(name: string) {
    this.name = name;
    this.role = `role-${name}`;
    this.certified = [this.role];
  }

  async create(): Promise<void> {
    await this.putRole({});
    await admin.create("user", { kind: "user", metadata: { name: this.name }, spec: { roles: [this.role] } });
  }

  /** The row's role, with another part of `allow` or other options. */
  async putRole(allow: object, options: object = { port_forwarding: true }): Promise<void> {
    const rules = [{ resources: ["lock"], verbs: ["list"] }];
    const spec = { allow: { logins: [LOGIN], node_labels: { env: "prod" }, rules, ...allow }, options };
    const known = (await admin.list("role")).some(({ metadata }) => metadata.name === this.role);
    const resource = { kind: "role", metadata: { name: this.role }, spec };
    await (known ? admin.replace("role", this.role, resource) : admin.create("role", resource));
  }

  /** Gives the user another role since the certificate was issued. */
  async give(spec: object): Promise<string> {
    const name = `more-${this.name}`;
    await admin.create("role", { kind: "role", metadata: { name }, spec });
    await admin.updateUser(this.name, { roles: [this.role, name] });
    return name;
  }

  async lock(target: object): Promise<void> {
    const spec = { target, message: "ask the desk" };
    await admin.create("lock", { kind: "lock", metadata: { name: `lock-${this.name}` }, spec });
  }

  async certify(change: Partial<CertificateSpec> = {}, ca = trusted, cluster = CLUSTER): Promise<void> {
    const key = PrivateKey.generate();
    const spec: CertificateSpec = {
      type: "user",
      key: key.public,
      serial: 1n,
      keyId: this.name,
      principals: [LOGIN],
      validAfter: new Date(auth.now.getTime() - 60_000),
      validBefore: new Date(auth.now.getTime() + 3600_000),
      extensions: {
        "permit-pty": "",
        "permit-port-forwarding": "",
        [EXTENSIONS.roles]: JSON.stringify(this.certified),
        [EXTENSIONS.traits]: "{}",
        [EXTENSIONS.cluster]: cluster,
      },
      ...change,
    };
    this.credential = { key: key.toOpenSSH(), certificate: await mintCertificate(spec, ca) };
  }
}

/**
 * For each row: the certificate, made while the user is granted everything, and the change that follows. Between the two
 * a connection to auth is opened.
 */
interface Row {
  readonly certify?: (user: User) => Promise<void>;
  readonly change?: (user: User) => Promise<unknown>;
}

const withoutForwarding = { [EXTENSIONS.traits]: "{}", [EXTENSIONS.cluster]: CLUSTER, "permit-pty": "" };
const ROWS: Readonly<Record<string, Row>> = {
  granted: {},
  other_cluster: { certify: (user) => user.certify({}, trusted, "leaf") },
  untrusted_authority: {
    certify: (user) => user.certify({}, distrusted),
    change: () => trustAlso(trusted),
  },
  unknown_user: { change: ({ name }) => admin.remove("user", name) },
  former_user: {
    change: async ({ name, role }) => {
      await admin.remove("user", name);
      // The open connection is cut now, because the user does not exist for a moment.
      await until(
        "the connection is cut",
        async () => (await admin.searchEvents({ event: "client.disconnect", user: name })).length > 0,
      );
      auth.pass(5_000);
      await admin.create("user", { kind: "user", metadata: { name }, spec: { roles: [role] } });
    },
  },
  locked: { change: (user) => user.lock({ user: user.name }) },
  "locked role certified": {
    change: async (user) => {
      await admin.updateUser(user.name, { roles: [] });
      await user.lock({ role: user.role });
    },
  },
  "locked role held": { change: async (user) => user.lock({ role: await user.give({}) }) },
  "locked login": { change: (user) => user.lock({ user: user.name, login: LOGIN.toUpperCase() }) },
  "locked node": { change: (user) => user.lock({ user: user.name, node: "WEB1" }) },
  source_address: { change: (user) => user.give({ options: { source_addresses: ["192.0.2.0/24"] } }) },
  no_role: { change: ({ name }) => admin.updateUser(name, { roles: [] }) },
  denied: { change: (user) => user.give({ deny: { logins: [LOGIN] } }) },
  labels: { change: (user) => user.putRole({ node_labels: { env: "dev" } }) },
  login: { change: (user) => user.putRole({ logins: ["another"] }) },
  not_certified: { certify: (user) => user.certify({ principals: ["another"] }) },
  session_mfa: { change: (user) => user.putRole({}, { port_forwarding: true, require_session_mfa: true }) },
  certificate_permission: {
    certify: (user) =>
      user.certify({ extensions: { ...withoutForwarding, [EXTENSIONS.roles]: JSON.stringify(user.certified) } }),
  },
  role_permission: { change: (user) => user.putRole({}, {}) },
  rule: { change: (user) => user.putRole({ rules: [] }) },
  expired: {
    certify: (user) => user.certify({ validBefore: new Date(auth.now.getTime() + 60_000) }),
    change: async () => {
      auth.pass(61_000);
      await heartbeat();
    },
  },
};

function credentialOf({ credential }: User): Credential {
  if (credential === undefined) throw new Error("no certificate");
  return credential;
}

async function connect(addr: string, user: User): Promise<ClientConnection> {
  const connection = await connectTo(addr, LOGIN, credentialOf(user));
  open.push(connection);
  return connection;
}

/** Asks at one entry point. @throws Fault with the message for the user */
const ASK: Readonly<Record<Exclude<Entry, "request" | "explain">, (user: User) => Promise<unknown>>> = {
  auth: async (user) => (await auth.as(user.name, credentialOf(user))).trust(),
  proxy: (user) => connect(proxy.addr, user),
  target: async (user) => {
    const connection = await connect(proxy.addr, user);
    const port = Number(node.addr.split(":").at(-1));
    (await openChannel(connection, "web1", port)).destroy();
  },
  node: async (user) => {
    const connection = await connect(node.addr, user);
    const [host = "", port] = auth.address.split(":");
    (await openChannel(connection, host, Number(port))).destroy();
  },
  list: async (user) => {
    const nodes = await (await auth.as(user.name, credentialOf(user))).reachable();
    if (!nodes.some(({ spec }) => spec.hostname === "web1"))
      throw new Fault("denied", 'no role opens "web1", if there is such a node');
  },
};

async function explained(user: User): Promise<Cell> {
  const { stdout, stderr, code } = await run(["tctl", "access", "explain", user.name, "web1", LOGIN, "--format=json"], {
    env: { SALLYPORT_DATA_DIR: auth.dataDir },
  });
  if (code === 5) return "n/a";
  if (code !== 0) throw new Error(stderr);
  const { allow, reason } = JSON.parse(stdout) as { allow: boolean; reason?: Reason };
  return allow ? "allowed" : (reason ?? "n/a");
}

/** The cell that an outcome stands for, where it is the expected one; the message otherwise. */
async function outcome(asked: Promise<unknown>, expected: Cell): Promise<string> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return "allowed";
  if (!(error instanceof Fault)) throw error;
  const message = expected === "allowed" || expected === "n/a" ? undefined : MESSAGES[expected];
  return message?.test(error.message) ? expected : error.message;
}

test("the rows are all the reasons, in their order but for the clock's", () => {
  const reasons = Object.keys(MATRIX).filter((name) => (REASONS as readonly string[]).includes(name));
  expect(reasons.sort()).toEqual([...REASONS].sort());
  expect(Object.keys(ROWS)).toEqual(Object.keys(MATRIX));
});

describe("all entry points agree", () => {
  // Each row leaves the others' users alone; the last one lets the certificates of all of them expire.
  test.each(Object.entries(MATRIX))(
    "%s",
    async (state, cells) => {
      const user = new User(state.replaceAll(/[ _]/g, "-"));
      const { certify = (each: User) => each.certify(), change } = ROWS[state] ?? {};
      await user.create();
      await certify(user);
      const before = cells.request === "n/a" ? undefined : await auth.connect(user.name, credentialOf(user));
      if (before !== undefined) await apiOver(before).list("lock");
      await change?.(user);
      await settled();

      const found: Partial<Record<Entry, string>> = {};
      for (const entry of ["auth", "proxy", "target", "node", "list"] as const)
        found[entry] = await outcome(ASK[entry](user), cells[entry]);
      found.request =
        before === undefined
          ? "n/a"
          : await outcome(
              requestOver(before, (api) => api.list("lock")),
              cells.request,
            );
      found.explain = await explained(user);
      expect(found).toEqual(cells);
    },
    30_000,
  );
});

/** The rows of a table whose first line names the columns. */
function table(text: string): Record<string, Record<Entry, Cell>> {
  const [head = [], ...rows] = text
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return Object.fromEntries(
    rows.map(([state, ...cells]) => [state, Object.fromEntries(cells.map((cell, i) => [head[i + 1], cell]))]),
  ) as Record<string, Record<Entry, Cell>>;
}
