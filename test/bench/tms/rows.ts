import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Effort, figure, type Measurements, type Row, shown } from "../row.ts";
import { residentMemory } from "../stage.ts";
import { keycmdRows } from "./keycmd.ts";
import { type LoadOptions, load, post } from "./load.ts";
import { loginRows } from "./logins.ts";
import { type SeededKey, USERS, userName } from "./seed.ts";
import { HOST, type TmsStage } from "./stage.ts";

/** Numbers of concurrent connections. */
const CONNECTIONS = [1, 10, 100] as const;
type Connections = (typeof CONNECTIONS)[number];

/** A kind of request. */
interface Kind {
  readonly what: string;
  request(stage: TmsStage): Pick<LoadOptions, "next" | "holds">;
  /** The required responses per second at 100 connections. */
  readonly target?: number;
  /** Requests per second and mean latency that the authors of TMS 0.3.0 published, on their machines. */
  readonly published?: Readonly<Record<Connections, string>>;
}

const KINDS: readonly Kind[] = [
  {
    what: "escrow retrieve",
    request: ({ keys }) => retrieval(keys.unlimited),
    target: 10_000,
    // Their load generator was limited to 1,000 requests per second.
    published: { 1: "200/s, 4.3 ms", 10: "714/s, 4.2 ms", 100: "≥ 943/s, 4.3 ms" },
  },
  {
    what: "escrow retrieve, a use counted",
    request: ({ keys }) => retrieval(keys.limited, () => ({ connection: randomBytes(32).toString("hex") })),
  },
  {
    what: "escrow retrieve, statement signed",
    request: ({ keys }) => retrieval(keys.unlimited, () => ({ statement: true })),
  },
  {
    what: "escrow create",
    request: creation,
    target: 3000,
    published: { 1: "63/s, 15 ms", 10: "357/s, 19 ms", 100: "433/s, 133 ms" },
  },
];

/** Throughput, memory and login times of TMS with 200,000 keys stored. */
export function tmsRows(effort: Effort): Measurements<TmsStage> {
  const seconds = effort.quick ? 3 : 10;
  const rates = KINDS.map(({ what, request, target, published }) => [
    what,
    async (stage: TmsStage) => {
      const rows: Row[] = [];
      for (const connections of CONNECTIONS) {
        const { server, ca } = stage;
        const measured = await load({ port: server.port, ca, connections, seconds, ...request(stage) });
        const latency = `p50 ${measured.p50.toFixed(2)} ms, p99 ${measured.p99.toFixed(2)} ms`;
        const theirs = published && `; published, other hardware: ${published[connections]}`;
        const name = `${what}, ${connections} at once`;
        const note = `${latency}${theirs ?? ""}`;
        rows.push(
          target === undefined || connections < 100
            ? shown(name, "/s", measured.rate, note)
            : figure(name, "/s", measured.rate, target, "least", note),
        );
      }
      return rows;
    },
  ]);
  return {
    // First, as a server returns memory slowly after load.
    "escrow memory": async ({ server }) => {
      await Bun.sleep(effort.quick ? 5000 : 60_000);
      return [shown("escrow, 200,000 keys stored, idle", "MB", residentMemory(server.daemon.pid) / 1e6)];
    },
    ...keycmdRows(effort),
    ...loginRows(effort),
    "escrow generator": async (stage) => [
      shown(
        "the same questions to a server that does nothing",
        "/s",
        await ceiling(stage, seconds),
        "the most that can be measured here",
      ),
    ],
    ...(Object.fromEntries(rates) as Measurements<TmsStage>),
    "escrow memory after load": async ({ server }) => [
      shown("escrow, after what was measured of it", "MB", residentMemory(server.daemon.pid) / 1e6),
    ],
  };
}

/** Responses per second that the load generator gets from a server that does nothing. */
async function ceiling(stage: TmsStage, seconds: number): Promise<number> {
  const { server, ca, keys } = stage;
  const program = join(import.meta.dir, "null-server.ts");
  const nullServer = Bun.spawn([process.execPath, program, server.caFile, server.caFile.replace("_cert", "_key")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const { value } = await nullServer.stdout.getReader().read();
    const port = Number(new TextDecoder().decode(value));
    return (await load({ port, ca, connections: 100, seconds, ...retrieval(keys.unlimited) })).rate;
  } finally {
    nullServer.kill();
    await nullServer.exited;
  }
}

function retrieval(
  keys: readonly SeededKey[],
  more: () => Readonly<Record<string, unknown>> = () => ({}),
): Pick<LoadOptions, "next" | "holds"> {
  const request = post("/v1/tms/pubkeys/creds/retrieve", {});
  const next = () => {
    const { account, fingerprint } = anyOf(keys);
    return request(
      JSON.stringify({
        user: account,
        user_uid: "1000",
        host: HOST,
        public_key_fingerprint: fingerprint,
        key_type: "ssh-ed25519",
        ...more(),
      }),
    );
  };
  return { next, holds: '"public_key":"ssh-ed25519 ' };
}

function creation({ client }: TmsStage): Pick<LoadOptions, "next" | "holds"> {
  const request = post("/v1/tms/pubkeys/creds", client.headers);
  const next = () => {
    const user = userName(Math.floor(Math.random() * USERS));
    return request(
      JSON.stringify({
        client_user_id: user,
        host: HOST,
        host_account: user,
        num_uses: -1,
        ttl_minutes: -1,
        key_type: "ed25519",
      }),
    );
  };
  return { next, holds: "BEGIN OPENSSH PRIVATE KEY" };
}

function anyOf<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}
