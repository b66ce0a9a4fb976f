import { resolve } from "node:path";
import { Fault } from "../../core/fault.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { globals, OWN_FILE } from "./config.ts";
import { whyUnsafe } from "./setup/access.ts";
import { accountOf } from "./setup/account.ts";
import { type InstallRequest, prepare } from "./setup/install.ts";
import { readSshd, sshdText, whyIgnored } from "./setup/sshd.ts";

/** `keycmd install`: configuration and cache of a host, and the lines that sshd needs. */
export const install = (cx: Context) =>
  command({
    meta: {
      name: "install",
      description: "Configure this host, and print the lines for sshd_config",
      examples: [
        [
          "sudo sallyport keycmd install --url=https://escrow.example.com:3000 --host-name=login1 | sudo tee /etc/ssh/sshd_config.d/escrow.conf",
          "then reload sshd",
        ],
        ["sallyport keycmd install --dry-run", "only the lines for sshd_config; nothing is changed"],
      ],
    },
    args: {
      ...globals,
      url: { type: "string", valueHint: "url", description: "URL of the escrow, such as https://HOST:PORT" },
      "host-name": { type: "string", valueHint: "name", description: "Name of this host in the escrow" },
      "ca-file": {
        type: "string",
        valueHint: "file",
        complete: "file",
        description: "CA certificate of the server; it is copied (default: the system's CA certificates)",
      },
      "credential-file": {
        type: "string",
        valueHint: "file",
        complete: "file",
        description: "The host's credential, if the escrow requires one; only USER can read the copy",
      },
      cache: {
        type: "string",
        valueHint: "dir",
        complete: "directory",
        default: "/var/lib/sallyport-keycmd",
        description: "Directory of cached answers, used while the escrow is unreachable",
      },
      user: {
        type: "string",
        default: "nobody",
        description: "AuthorizedKeysCommandUser: the account that runs keycmd",
      },
      "dry-run": { type: "boolean", description: "Change nothing; print the planned changes" },
    },
    async run({ args }) {
      const dry = args["dry-run"];
      // sshd runs keycmd in another directory and expands tokens in its command line.
      const file = resolve(args.config ?? OWN_FILE);
      if (/[\s"'\\%]/.test(file))
        throw new Fault("bad_request", `--config: ${JSON.stringify(file)} is not one word in sshd_config`, {
          hint: "name a file without blanks, quotes and percent signs",
        });
      const account = accountOf(args.user);
      if (!dry && process.geteuid?.() !== 0)
        throw new Fault("denied", "only root can configure a host", {
          hint: "use sudo, or --dry-run to print the planned changes",
        });
      if (args.url !== undefined && args["host-name"] !== undefined) {
        const request: InstallRequest = {
          file,
          account,
          url: args.url,
          host: args["host-name"],
          caFile: args["ca-file"],
          credentialFile: args["credential-file"],
          cache: args.cache,
        };
        for (const step of await prepare(request)) {
          if (!dry) step.act();
          cx.tell(dry ? `would ${step.will}` : step.did);
        }
      } else if (!dry) {
        const missing = args.url === undefined ? "--url" : "--host-name";
        throw new Fault("bad_request", `${missing} is required`, {
          hint: "without both, --dry-run shows the lines for sshd_config",
        });
      }
      const unsafe = whyUnsafe(process.execPath);
      if (unsafe !== undefined) cx.warn(`sshd will not run this program: ${unsafe}; copy it to /usr/local/bin`);
      const ignored = whyIgnored(sshdText(), commandInForce(), process.execPath);
      if (ignored !== undefined) cx.warn(ignored);
      const flag = file === OWN_FILE ? "" : ` --config=${file}`;
      cx.write(
        `AuthorizedKeysCommand ${process.execPath} keycmd${flag} %u %U %f %t\nAuthorizedKeysCommandUser ${account.name}\n`,
      );
      if (!dry) cx.tell('add these two lines to sshd_config, reload sshd, and run "sallyport keycmd check"');
    },
  });

/** The AuthorizedKeysCommand in force; undefined if there is none or sshd cannot be asked. */
function commandInForce(): readonly string[] | undefined {
  try {
    return process.geteuid?.() === 0 ? readSshd().command : undefined;
  } catch {
    return undefined;
  }
}
