import { Fault } from "../../../core/fault.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { credentials, globals } from "../globals.ts";
import { describeLogin, loginText } from "./describe.ts";
import { logIn } from "./login-client.ts";
import { ownUser, profilesOf, proxyFor, selectProfile } from "./profile-select.ts";
import { AGENT_MODE_ENV, AGENT_MODES, saveLogin, writeIdentity } from "./save-login.ts";

/** `tsh login`: requests a certificate with password and second factor. */
export const login = (cx: Context) =>
  command({
    meta: {
      name: "login",
      description: "Get a certificate with password and second factor",
      examples: [
        ["tsh login --proxy=access.example.com --user=alice", "prompts for missing values"],
        ["tsh login", "the same cluster as before"],
        ["tsh login --proxy=access.example.com --password-file=pw --otp=123456", "for scripts"],
        ["tsh login -o alice.pem", "an identity file for another program; ~/.tsh is not changed"],
      ],
    },
    args: {
      ...globals,
      ...printing,
      name: {
        type: "positional",
        required: false,
        valueHint: "cluster",
        description: "The cluster, where the proxy leads to several",
      },
      ...credentials,
      out: {
        type: "string",
        alias: "o",
        valueHint: "file",
        complete: "file",
        description: "Write the identity to a file instead of the profile",
      },
      "out-format": {
        type: "enum",
        options: ["file", "openssh"],
        default: "file",
        description: "One file with key, certificate and authorities, or FILE and FILE-cert.pub for ssh",
      },
      "add-keys-to-agent": {
        type: "enum",
        options: AGENT_MODES,
        default: "auto",
        env: AGENT_MODE_ENV,
        description: "Add the certificate to the running ssh-agent; only: keep no key on disk",
      },
    },
    async run({ args }) {
      const known = await selectProfile(profilesOf(cx), { proxy: args.proxy });
      const proxy = proxyFor(args.proxy, known);
      if (proxy === undefined)
        throw new Fault("bad_request", "no proxy is given", { hint: "tsh login --proxy=HOST, or set SALLYPORT_PROXY" });
      const login = await logIn(cx, {
        proxy,
        user: args.user ?? known?.user ?? ownUser(cx.env),
        known,
        cluster: args.name ?? args.cluster,
        insecure: args.insecure,
        ttl: args.ttl,
        passwordFile: args["password-file"],
        otp: args.otp,
      });
      if (args.out !== undefined) {
        writeIdentity(args.out, args["out-format"], login);
        cx.tell(`The identity of ${login.profile.user} is in ${args.out}.`);
      } else {
        await saveLogin(cx, login, args["add-keys-to-agent"]);
      }
      await cx.print(describeLogin(login.profile, login.parsed, cx.now()), {
        text: (row, style) => loginText(row, "> ", style, cx.now()),
      });
    },
  });
