import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { usage } from "../../args.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { parsePort } from "../../ssh/options.ts";
import { globals } from "../globals.ts";
import { requireProfile } from "../login/identity.ts";
import { profilesOf } from "../login/profile-select.ts";
import { ownCommand } from "./own-command.ts";
import { formatSshConfig, proxyCommand } from "./ssh-config.ts";

/** `tsh config`: prints an ssh_config block for plain ssh. */
export const config = (cx: Context) =>
  command({
    meta: {
      name: "config",
      description: "Print an ssh_config for ssh, scp, rsync, git, ansible and VS Code",
      examples: [
        ["tsh config >> ~/.ssh/config", "then: ssh web-1, scp file web-1:, rsync, git, …"],
        ["tsh config > ~/.ssh/cluster.conf", "for a line `Include cluster.conf` at the top of ~/.ssh/config"],
        ["tsh config --login=root", "with root as the default login"],
        ["tsh config --format=json | jq -r .proxy_command", "single values, for other configuration formats"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      port: {
        type: "string",
        alias: "p",
        parse: parsePort,
        description: "Port of the machines (default: the one that each of them serves)",
      },
    },
    async run({ args }) {
      if (args.identity !== undefined)
        throw usage(
          "an identity file cannot be used by ssh",
          "tsh login -o FILE --out-format=openssh makes files that can",
        );
      const profiles = profilesOf(cx);
      const profile = await requireProfile(cx, args);
      const made = {
        profile,
        identityFile: resolve(profiles.keyFile(profile)),
        certificateFile: resolve(profiles.certificateFile(profile)),
        knownHostsFile: resolve(profiles.knownHostsFile()),
        tsh: ownCommand(cx.env),
        home: resolve(profiles.dir) === join(cx.env.HOME || homedir(), ".tsh") ? undefined : resolve(profiles.dir),
        login: args.login ?? onlyLogin(profiles.certificate(profile)?.principals),
        port: args.port,
      };
      const text = formatSshConfig(made);
      if (cx.format === "text") return cx.write(text);
      await cx.print(
        {
          cluster: profile.cluster,
          proxy: profile.web,
          user: profile.user,
          ...(made.login !== undefined && { login: made.login }),
          identity_file: made.identityFile,
          certificate_file: made.certificateFile,
          known_hosts_file: made.knownHostsFile,
          proxy_command: proxyCommand(made),
          ssh_config: text,
        },
        { text: () => text },
      );
    },
  });

/** The login of a user with one login only. */
function onlyLogin(principals: readonly string[] = []): string | undefined {
  const logins = principals.filter((name) => !name.startsWith("-"));
  return logins.length === 1 ? logins[0] : undefined;
}
