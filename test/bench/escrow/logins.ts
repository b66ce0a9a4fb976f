import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { cleanEnv, runProgram } from "../../kit/run.ts";
import { type Command, inTurn } from "../measure.ts";
import { CURVE25519, runSshd } from "../peers.ts";
import { type Effort, type Measurements, type Row, shown } from "../row.ts";
import { LOGIN } from "../stage.ts";
import { whileDown } from "./keycmd.ts";
import type { EscrowStage } from "./stage.ts";

/** Where a stock sshd has the key from. */
type Way = "file" | "script" | "asks" | "keeps";

/** What a whole login takes, and how much of it is the way to the key: sshd runs the command twice. */
export function loginRows({ quick }: Effort): Measurements<EscrowStage> {
  const runs = quick ? 15 : 50;
  return {
    "keycmd logins": async (stage) => {
      await using stack = new AsyncDisposableStack();
      const command = await machines(stack, stage);
      const [file, script, asks, keeps] = await inTurn(
        (["file", "script", "asks", "keeps"] as const).map(command),
        runs,
      );
      const [alone, cached] = await whileDown(stage, [command("file"), command("keeps")], runs);
      return [
        login("authorized_keys", file?.median, file?.median),
        login("a shell script that prints a file", script?.median, file?.median),
        login("keycmd", asks?.median, file?.median),
        login("keycmd that keeps what it is told", keeps?.median, file?.median),
        login("keycmd, the server down", cached?.median, alone?.median),
      ];
    },
  };
}

function login(way: string, took = Number.NaN, alone = Number.NaN): Row {
  const note = took === alone ? "" : `${(took - alone).toFixed(1)} ms more than by authorized_keys`;
  return shown(`ssh to an sshd true, key by ${way}`, "ms", took, note);
}

/** One sshd a way, and the login there. */
async function machines(
  stack: AsyncDisposableStack,
  { dir, host, login }: EscrowStage,
): Promise<(way: Way) => Command> {
  const work = join(dir, "machines");
  mkdirSync(work, { mode: 0o700, recursive: true });
  await runProgram(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(work, "host")]);
  const asked = (words: readonly string[]) => [
    "AuthorizedKeysFile none",
    `AuthorizedKeysCommand ${words.join(" ")} %u %U %f %t`,
    "AuthorizedKeysCommandUser nobody",
  ];
  const settings: Readonly<Record<Way, readonly string[]>> = {
    file: [`AuthorizedKeysFile ${host.keysFile}`],
    script: asked([host.script]),
    asks: asked(host.asks),
    keeps: asked(host.keeps),
  };
  const ports = new Map<string, number>();
  for (const [way, lines] of Object.entries(settings)) {
    mkdirSync(join(work, way));
    ports.set(way, (await runSshd(stack, join(work, way), [`HostKey ${join(work, "host")}`, ...lines])).port);
  }
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "BatchMode=yes"];
  return (way) => ({
    argv: [
      ...["ssh", "-q", "-F/dev/null", "-i", login.file, CURVE25519, ...options.map((option) => `-o${option}`)],
      ...["-p", String(ports.get(way)), `${LOGIN}@127.0.0.1`, "true"],
    ],
    env: cleanEnv(),
  });
}
