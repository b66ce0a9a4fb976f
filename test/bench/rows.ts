import { connects, registerMachines } from "./connects.ts";
import { certificateRate, coldStart, connectionMemory, idleMemory, sessionMemory } from "./daemon.ts";
import { keystrokes } from "./keystroke.ts";
import { inTurn, throughputs, together } from "./measure.ts";
import { type Effort, figure, type Measurements, type Row, ratio } from "./row.ts";
import { LOGIN, type Stage } from "./stage.ts";

/** AES-GCM, as ours; OpenSSH's own default is ChaCha20. */
const GCM = ["-oKexAlgorithms=curve25519-sha256", "-oCiphers=aes128-gcm@openssh.com"];

const GIB = 1024 ** 3;

/** Every row of the design's targets that there is something to measure for. */
export function clusterRows({ quick, long }: Effort): Measurements<Stage> {
  const runs = quick ? 7 : 25;
  const bytes = quick ? GIB / 4 : GIB;
  const seconds = long ? 1800 : quick ? 20 : 60;
  return {
    // First of all: a daemon that has carried gigabytes gives its memory back slowly.
    memory: async (stage) => [
      figure("idle daemon, three roles", "MB", (await idleMemory(stage, quick ? 10 : 60)) / 1e6, 70, "most"),
      figure("one idle SSH connection", "KB", (await connectionMemory(stage, 500)) / 1024, 48, "most"),
      figure("one open shell, with its processes", "MB", (await sessionMemory(stage, 20)) / 1e6, 2.5, "most"),
    ],
    commands: async ({ tool }) => {
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
    "tsh ssh": async ({ tool, ssh }) => {
      const [ours, theirs] = await inTurn(
        [tool("tsh", "ssh", `${LOGIN}@node-1`, "true"), ssh("bastion", ["true"])],
        runs,
      );
      return [ratio("tsh ssh node true / ssh behind a bastion", "ms", ours?.median, theirs?.median, 0.2, "most")];
    },
    parallel: async ({ tool, ssh }) => {
      const count = 20;
      const ours = await together(tool("tsh", "ssh", `${LOGIN}@node-1`, "true"), count, quick ? 2 : 5);
      const theirs = await together(ssh("bastion", ["true"]), count, quick ? 2 : 5);
      return [ratio(`${count} of them at once`, "ms", ours, theirs, 0.6, "most")];
    },
    "plain ssh": async ({ ssh }) => {
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
    bulk: async ({ tool, ssh }) => {
      const result: Row[] = [];
      const directions = [
        ["down", ["head", "-c", String(bytes), "/dev/zero"]],
        ["up", ["cat >/dev/null"]],
      ] as const;
      for (const [direction, words] of directions) {
        const ways = [
          tool("tsh", "ssh", `${LOGIN}@node-1`, ...words),
          ssh("bastion", words, []),
          ssh("bastion", words, GCM),
          ssh("node", words, GCM),
          ssh("sshd", words, GCM),
        ];
        const [ours, usual, same, direct, sshd] = await throughputs(ways, direction, bytes, 3);
        result.push(
          ratio(`bulk ${direction} / bastion, its own ciphers`, "MB/s", ours, usual, 1.3, "least"),
          ratio(`bulk ${direction} / bastion, same cipher`, "MB/s", ours, same, 1, "least"),
          ratio(`bulk ${direction}, ssh to our node / to sshd`, "MB/s", direct, sshd, 1, "least"),
        );
      }
      return result;
    },
    keystrokes: async ({ ssh }) => {
      const result: Row[] = [];
      const others = [
        ["download", "/dev/null", ["cat /dev/zero"]],
        ["upload", "/dev/zero", ["cat >/dev/null"]],
      ] as const;
      for (const [what, input, words] of others) {
        const how = { pours: 3, count: quick ? 100 : 500, input };
        const ours = await keystrokes(ssh("through", ["cat"]), ssh("through", words), how);
        const theirs = await keystrokes(ssh("bastion", ["cat"]), ssh("bastion", words), how);
        const note = `p99 ${ours.p99.toFixed(1)} ms, behind a bastion ${theirs.p99.toFixed(1)} ms`;
        const row = figure(`a key's echo while 3 others ${what}, through the proxy`, "ms", ours.p50, 33, "most", note);
        result.push({ ...row, theirs: theirs.p50 });
      }
      return result;
    },
    certificates: async (stage) => [
      figure("certificates issued, audited", "/s", await certificateRate(stage), 3000, "least"),
    ],
    // After what is measured of a cluster of one machine.
    connects: async (stage) => {
      const machines = 10_000;
      await registerMachines(stage, machines);
      // Who takes in ten thousand machines in a moment is busy with it for a second.
      await connects(stage, 10, 3);
      const { p50, p99, failures } = await connects(stage, 10, seconds);
      const what = `10 connects a second, ${machines} nodes`;
      return [
        figure(`${what}: p50`, "ms", p50, 25, "most"),
        figure(`${what}: p99`, "ms", p99, 60, "most"),
        figure(`${what}: of ${10 * seconds}`, "failed", failures, 0, "most"),
      ];
    },
    start: async (stage) => [
      figure("start until ready, fresh", "ms", await coldStart(stage, quick ? 3 : 9), 400, "most"),
    ],
  };
}
