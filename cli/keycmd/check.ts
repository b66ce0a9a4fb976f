import { Fault } from "../../core/fault.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { globals, readConfig } from "./config.ts";
import { accountOf } from "./setup/account.ts";
import {
  checkCache,
  checkConfig,
  checkCredential,
  checkLog,
  checkProgram,
  checkServer,
  checkSshd,
} from "./setup/checks.ts";
import { type Finding, failed, findingsText, warning } from "./setup/finding.ts";
import { readSshd, type SshdSettings } from "./setup/sshd.ts";

/** `keycmd check`: checks the setup of this host and prints remedies. */
export const check = (cx: Context) =>
  command({
    meta: {
      name: "check",
      description: "Check this host's setup",
      examples: [
        ["sudo sallyport keycmd check", "as root, to check everything"],
        ["sallyport keycmd check --format=json", "for scripts; the exit status is 1 when something fails"],
      ],
    },
    args: { ...globals, ...printing },
    async run({ args }) {
      const findings = await checkAll(args.config);
      const ok = findings.every(({ status }) => status !== "failed");
      await cx.print({ ok, findings }, { text: (all, style) => findingsText(all.findings, style) });
      return ok ? 0 : 1;
    },
  });

async function checkAll(named: string | undefined): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const sshd = settingsOf(findings);
  const program = process.execPath;
  if (sshd !== undefined) findings.push(...checkSshd(sshd, program));
  findings.push(checkProgram(sshd?.command?.[0] ?? program));
  try {
    const account = accountOf(sshd?.user ?? "nobody");
    const config = readConfig(named ?? configIn(sshd?.command ?? []));
    findings.push(
      ...checkConfig(config, account),
      ...checkCredential(config, account),
      ...checkCache(config, account),
      checkLog(config, account),
      ...(await checkServer(config)),
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

/** The configuration file in sshd's command line. */
function configIn(command: readonly string[]): string | undefined {
  const at = command.findIndex((word) => word === "--config" || word.startsWith("--config="));
  return command[at] === "--config" ? command[at + 1] : command[at]?.slice("--config=".length);
}
