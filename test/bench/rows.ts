import { certificateRate, coldStart, connectionMemory, idleMemory, sessionMemory } from "./daemon.ts";
import { inTurn, throughput, together } from "./measure.ts";
import { LOGIN, type Stage } from "./stage.ts";

/** One comparison. Below 1, or above for rates, we are better. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB/s" | "MB" | "KB" | "/s";
  readonly ours: number;
  /** What a user would use instead; missing where there is nothing, and the target is a figure. */
  readonly theirs?: number;
  readonly target: string;
  readonly met: boolean;
}

type Measurement = () => Promise<Row[]>;

/** AES-GCM, as ours; OpenSSH's own default is ChaCha20. */
const GCM = ["-oKexAlgorithms=curve25519-sha256", "-oCiphers=aes128-gcm@openssh.com"];

const GIB = 1024 ** 3;

/** Every row of the design's targets that there is something to measure for. */
export function rows(stage: Stage, quick: boolean): Readonly<Record<string, Measurement>> {
  const runs = quick ? 7 : 25;
  const bytes = quick ? GIB / 4 : GIB;
  const { tool, ssh } = stage;
  return {
    commands: async () => {
      const commands = [
        ["tsh version", tool("tsh", "version"), 12],
        ["tsh status", tool("tsh", "status"), 25],
        ["tsh ls", tool("tsh", "ls"), 35],
        ["tctl status", tool("tctl", "status"), 35],
        ["tctl users ls", tool("tctl", "users", "ls"), 35],
      ] as const;
      const samples = await inTurn(
        commands.map(([, command]) => command),
        runs,
      );
      return commands.map(([what, , limit], i) => figure(what, "ms", samples[i]?.median ?? Number.NaN, limit, "most"));
    },
    "tsh ssh": async () => {
      const [ours, theirs] = await inTurn(
        [tool("tsh", "ssh", `${LOGIN}@node-1`, "true"), ssh("bastion", ["true"])],
        runs,
      );
      return [ratio("tsh ssh node true / ssh behind a bastion", "ms", ours?.median, theirs?.median, 0.2, "most")];
    },
    parallel: async () => {
      const count = 20;
      const ours = await together(tool("tsh", "ssh", `${LOGIN}@node-1`, "true"), count, quick ? 2 : 5);
      const theirs = await together(ssh("bastion", ["true"]), count, quick ? 2 : 5);
      return [ratio(`${count} of them at once`, "ms", ours, theirs, 0.6, "most")];
    },
    "plain ssh": async () => {
      const samples = await inTurn(
        [ssh("node", ["true"]), ssh("sshd", ["true"]), ssh("through", ["true"]), ssh("bastion", ["true"])],
        runs,
      );
      const [node, sshd, through, bastion] = samples.map((sample) => sample.median);
      return [
        ratio("ssh to our node true / to sshd", "ms", node, sshd, 0.2, "most"),
        ratio("ssh -J our proxy true / -J an sshd", "ms", through, bastion, 0.3, "most"),
      ];
    },
    bulk: async () => {
      const result: Row[] = [];
      const ways = [
        ["down", ["head", "-c", String(bytes), "/dev/zero"]],
        ["up", ["cat >/dev/null"]],
      ] as const;
      for (const [direction, words] of ways) {
        const ours = await throughput(tool("tsh", "ssh", `${LOGIN}@node-1`, ...words), direction, bytes, 3);
        const usual = await throughput(ssh("bastion", words, []), direction, bytes, 3);
        const same = await throughput(ssh("bastion", words, GCM), direction, bytes, 3);
        const direct = await throughput(ssh("node", words, GCM), direction, bytes, 3);
        const sshd = await throughput(ssh("sshd", words, GCM), direction, bytes, 3);
        result.push(
          ratio(`bulk ${direction} / bastion, its own ciphers`, "MB/s", ours, usual, 1.3, "least"),
          ratio(`bulk ${direction} / bastion, same cipher`, "MB/s", ours, same, 1, "least"),
          ratio(`bulk ${direction}, ssh to our node / to sshd`, "MB/s", direct, sshd, 1, "least"),
        );
      }
      return result;
    },
    certificates: async () => [
      figure("certificates issued, audited", "/s", await certificateRate(stage), 3000, "least"),
    ],
    memory: async () => [
      figure("idle daemon, three roles", "MB", idleMemory(stage) / 1e6, 70, "most"),
      figure("one idle SSH connection", "KB", (await connectionMemory(stage, 500)) / 1024, 48, "most"),
      figure("one open shell, with its processes", "MB", (await sessionMemory(stage, 20)) / 1e6, 2.5, "most"),
    ],
    start: async () => [figure("start until ready, fresh", "ms", await coldStart(stage, quick ? 3 : 9), 400, "most")],
  };
}

function figure(what: string, unit: Row["unit"], ours: number, limit: number, at: "most" | "least"): Row {
  const met = at === "most" ? ours <= limit : ours >= limit;
  return { what, unit, ours, target: `${at === "most" ? "≤" : "≥"} ${limit} ${unit}`, met };
}

function ratio(
  what: string,
  unit: Row["unit"],
  ours = Number.NaN,
  theirs = Number.NaN,
  limit: number,
  at: "most" | "least",
): Row {
  const met = at === "most" ? ours / theirs <= limit : ours / theirs >= limit;
  return { what, unit, ours, theirs, target: `${at === "most" ? "≤" : "≥"} ${limit} ×`, met };
}
