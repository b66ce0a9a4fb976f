import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Effort, figure, type Measurements, type Row, shown } from "../row.ts";
import { residentMemory } from "../stage.ts";
import { keycmdRows } from "./keycmd.ts";
import { type LoadOptions, load, post } from "./load.ts";
import { loginRows } from "./logins.ts";
import { type SeededKey, USERS, userName } from "./seed.ts";
import { type EscrowStage, HOST } from "./stage.ts";

/** Clients that are never idle, each on a connection of its own. */
const CONNECTIONS = [1, 10, 100] as const;
type Connections = (typeof CONNECTIONS)[number];

/** One kind of request. */
interface Kind {
  readonly what: string;
  request(stage: EscrowStage): Pick<LoadOptions, "next" | "holds">;
  /** Answers a second that 100 connections have to get. */
  readonly target?: number;
  /** Requests a second and the average of them, as TMS 0.3.0's authors measured it on their own machines. */
  readonly published?: Readonly<Record<Connections, string>>;
}

const KINDS: readonly Kind[] = [
  {
    what: "escrow retrieve",
    request: ({ keys }) => retrieval(keys.unlimited),
    target: 10_000,
    // Its test cannot ask more than 1,000 times a second.
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

/** What the escrow does in a second with 200,000 keys stored, what it takes for it, and what it costs its hosts. */
export function escrowRows(effort: Effort): Measurements<EscrowStage> {
  const seconds = effort.quick ? 3 : 10;
  const rates = KINDS.map(({ what, request, target, published }) => [
    what,
    async (stage: EscrowStage) => {
      const rows: Row[] = [];
      for (const connections of CONNECTIONS) {
        const { escrow, ca } = stage;
        const measured = await load({ port: escrow.port, ca, connections, seconds, ...request(stage) });
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
    // First of all, since a server that has worked gives its memory back slowly.
    "escrow memory": async ({ escrow }) => {
      await Bun.sleep(effort.quick ? 5000 : 60_000);
      return [shown("escrow, 200,000 keys stored, idle", "MB", residentMemory(escrow.daemon.pid) / 1e6)];
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
    ...(Object.fromEntries(rates) as Measurements<EscrowStage>),
    "escrow memory after load": async ({ escrow }) => [
      shown("escrow, after what was measured of it", "MB", residentMemory(escrow.daemon.pid) / 1e6),
    ],
  };
}

/** Answers a second that the generator gets from a server that only reads what it is asked. */
async function ceiling(stage: EscrowStage, seconds: number): Promise<number> {
  const { escrow, ca, keys } = stage;
  const program = join(import.meta.dir, "nothing.ts");
  const server = Bun.spawn([process.execPath, program, escrow.caFile, escrow.caFile.replace("_cert", "_key")], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  try {
    const { value } = await server.stdout.getReader().read();
    const port = Number(new TextDecoder().decode(value));
    return (await load({ port, ca, connections: 100, seconds, ...retrieval(keys.unlimited) })).rate;
  } finally {
    server.kill();
    await server.exited;
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

function creation({ client }: EscrowStage): Pick<LoadOptions, "next" | "holds"> {
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
