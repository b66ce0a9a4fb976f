import { Fault } from "../../core/fault.ts";
import { command, printing } from "../command.ts";
import type { Context } from "../context.ts";
import { ownUser } from "../own-user.ts";
import { chooseProfile, profilesOf } from "./choose.ts";
import { describeLogin, loginText } from "./describe.ts";
import { globals } from "./globals.ts";
import { writeIdentity } from "./identity-out.ts";
import { logIn } from "./log-in.ts";

/** `tsh login`: password and second factor for a certificate. */
export const login = (cx: Context) =>
  command({
    meta: {
      name: "login",
      description: "Get a certificate with password and second factor",
      examples: [
        ["tsh login --proxy=access.example.com --user=alice", "asks for what it needs"],
        ["tsh login", "the same cluster again"],
        ["tsh login --proxy=access.example.com --password-file=pw --otp=123456", "for scripts"],
        ["tsh login -o alice.pem", "an identity file for another program; ~/.tsh stays as it is"],
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
      "password-file": {
        type: "string",
        valueHint: "file",
        complete: "file",
        description: "Read the password from the first line of a file; - is stdin",
      },
      otp: { type: "string", valueHint: "code", description: "The code that the authenticator app shows" },
      out: {
        type: "string",
        alias: "o",
        valueHint: "file",
        complete: "file",
        description: "Write the identity to a file and leave the profile alone",
      },
      "out-format": {
        type: "enum",
        options: ["file", "openssh"],
        default: "file",
        description: "One file with everything, or FILE and FILE-cert.pub as ssh wants them",
      },
      "add-keys-to-agent": {
        type: "enum",
        options: ["auto", "yes", "no", "only"],
        default: "auto",
        env: ["SALLYPORT_ADD_KEYS_TO_AGENT", "TELEPORT_ADD_KEYS_TO_AGENT"],
        description: "Put the certificate into the running ssh-agent; only: keep no key on disk",
      },
    },
    async run({ args }) {
      const profiles = profilesOf(cx);
      const known = await chooseProfile(profiles, { proxy: args.proxy });
      const proxy = args.proxy ?? known?.web;
      if (proxy === undefined)
        throw new Fault("bad_request", "which proxy?", { hint: "tsh login --proxy=HOST, or set SALLYPORT_PROXY" });
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
        const agent = await offerToAgent(cx, args["add-keys-to-agent"], login);
        profiles.save(login.profile, { ...login, key: agent === "only" ? undefined : login.key });
      }
      await cx.print(describeLogin(login.profile, login.parsed, cx.now()), {
        text: (row, style) => loginText(row, "> ", style, cx.now()),
      });
    },
  });

type Login = Awaited<ReturnType<typeof logIn>>;

/** `auto` never fails; `yes` and `only` do when there is no agent. */
async function offerToAgent(cx: Context, how: "auto" | "yes" | "no" | "only", login: Login): Promise<typeof how> {
  const socket = cx.env.SSH_AUTH_SOCK;
  if (how === "no" || (how === "auto" && !socket)) return "no";
  if (!socket) throw new Fault("failed", "there is no ssh-agent: SSH_AUTH_SOCK is not set");
  const { addKey } = await import("../ssh-agent/keys.ts");
  try {
    await addKey(socket, login.profile, login.key, login.parsed, cx.now());
  } catch (cause) {
    const why = `the certificate could not be put into the ssh-agent: ${(cause as Error).message}`;
    if (how !== "auto") throw new Fault("failed", why, { cause });
    cx.trace(why);
  }
  return how;
}
