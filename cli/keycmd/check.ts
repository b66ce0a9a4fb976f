import { Fault } from "../../core/fault.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { readConfig } from "./config.ts";
import { globals } from "./globals.ts";
import { accountOf } from "./setup/account.ts";
import {
  lookAtCache,
  lookAtConfig,
  lookAtCredential,
  lookAtLog,
  lookAtProgram,
  lookAtServer,
  lookAtSshd,
} from "./setup/checks.ts";
import { type Finding, failed, shown, warning } from "./setup/finding.ts";
import { readSshd, type SshdSettings } from "./setup/sshd.ts";

/** `keycmd check`: what is wrong with this host's setup, and what to do about it. */
export const check = (cx: Context) =>
  command({
    meta: {
      name: "check",
      description: "Say what is wrong with this host's setup",
      examples: [
        ["sudo sallyport keycmd check", "as root, who sees all of it"],
        ["sallyport keycmd check --format=json", "for scripts; the exit status is 1 when something fails"],
      ],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const findings = await lookAtAll(args.config);
      const ok = findings.every(({ status }) => status !== "failed");
      await cx.print({ ok, findings }, { text: (all, style) => shown(all.findings, style) });
      return ok ? 0 : 1;
    },
  });

async function lookAtAll(named: string | undefined): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const sshd = settingsOf(findings);
  const program = process.execPath;
  if (sshd !== undefined) findings.push(...lookAtSshd(sshd, program));
  findings.push(lookAtProgram(sshd?.command?.[0] ?? program));
  try {
    const account = accountOf(sshd?.user ?? "nobody");
    const config = readConfig(named ?? configIn(sshd?.command ?? []));
    findings.push(
      ...lookAtConfig(config, account),
      ...lookAtCredential(config, account),
      ...lookAtCache(config, account),
      lookAtLog(config, account),
      ...(await lookAtServer(config)),
    );
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    findings.push(failed("config", thrown.message, thrown.hint ?? "see sallyport-keycmd(8)"));
  }
  return findings;
}

function settingsOf(findings: Finding[]): SshdSettings | undefined {
  const remedy = "run this as root";
  if (process.geteuid?.() !== 0) {
    findings.push(warning("sshd_config", "only root can ask sshd for its settings, and see all files", remedy));
    return undefined;
  }
  try {
    return readSshd();
  } catch (thrown) {
    const { code, message } = Fault.from(thrown);
    findings.push((code === "bad_request" ? failed : warning)("sshd_config", message, "sshd -t says what is wrong"));
    return undefined;
  }
}

/** The file that sshd's command names. */
function configIn(command: readonly string[]): string | undefined {
  const at = command.findIndex((word) => word === "--config" || word.startsWith("--config="));
  return command[at] === "--config" ? command[at + 1] : command[at]?.slice("--config=".length);
}
