import { Fault } from "../../../core/fault.ts";
import { command, printing } from "../../command.ts";
import type { Context } from "../../context.ts";
import { writePrivate } from "../../files.ts";
import { ask, secretFromFile } from "../../tty.ts";
import { credentials, globals } from "../globals.ts";
import { ProxyWeb } from "../proxy/web.ts";
import { profilesOf } from "./profile-select.ts";

/** Minimum password length, as in auth; checked here to avoid a round trip and a second QR code. */
const MIN_PASSWORD = 12;

/** `tsh signup`: accepts an invitation. */
export const signup = (cx: Context) =>
  command({
    meta: {
      name: "signup",
      description: "Accept an invitation: choose a password, set up the second factor",
      examples: [
        ["tsh signup https://access.example.com:3080/web/invite/9c21114c3a6d", "prompts for missing values"],
        [
          "tsh signup https://localhost:3080/web/invite/9c21114c3a6d --password-file=pw --otp-secret-out=totp",
          "for scripts: stores the secret and computes the code",
        ],
      ],
    },
    args: {
      ...globals,
      ...printing,
      url: { type: "positional", parse: parseInvitation, description: "The address in the invitation" },
      ...credentials,
      "otp-secret-out": {
        type: "string",
        valueHint: "file",
        complete: "file",
        description: "Write the TOTP secret to a file (0600) and answer with its code",
      },
    },
    async run({ args }) {
      const { proxy, token } = args.url;
      const profiles = profilesOf(cx);
      const web = ProxyWeb.at(proxy, { insecure: args.insecure });
      const invite = await web.invite(token);
      const { user, totp } = invite;
      if (cx.format !== "text") await cx.print({ user, totp: totp ?? null }, { text: () => "" });
      cx.tell(`Welcome to ${invite.cluster}, ${user}.`);
      const password = choosePassword(args["password-file"]);
      const otp = totp === undefined ? undefined : await secondFactor(totp, invite.second_factor === "optional");
      await web.acceptInvite({ token, password, ...(otp !== undefined && { otp }) });
      const found = await web.find();
      // Store proxy, user and pin for the first login.
      const known = await profiles.read(web.host);
      if (known === undefined || profiles.certificate(known) === undefined)
        profiles.enroll({
          proxy: web.host,
          web: web.addr,
          ssh: found.ssh,
          user,
          cluster: found.cluster,
          pin: web.accepted,
        });
      cx.tell(`${user} is signed up. Log in with: tsh login --proxy=${web.addr} --user=${user}`);
      if (otp !== undefined) cx.tell("Wait for the app's next code: each code is valid once.");

      async function secondFactor(
        totp: { secret: string; uri: string },
        optional: boolean,
      ): Promise<string | undefined> {
        if (args["otp-secret-out"] !== undefined) {
          writePrivate(args["otp-secret-out"], `${totp.secret}\n`);
          const { totpCode } = await import("../../../core/mfa/totp.ts");
          return totpCode(totp.secret, cx.now());
        }
        if (args.otp !== undefined) return args.otp;
        const { qrCode } = await import("./qr.ts");
        cx.tell(`\nScan this with an authenticator app, or type the secret into it:\n`);
        cx.tell(`${qrCode(totp.uri, cx.isTerminal(2))}\n\nSecret:  ${totp.secret}\nAddress: ${totp.uri}\n`);
        const code = ask(optional ? "Code from the app (empty for none): " : "Code from the app: ", "--otp").trim();
        return code === "" && optional ? undefined : code;
      }
    },
  });

interface Invitation {
  readonly proxy: string;
  readonly token: string;
}

/** Parses `https://PROXY[:PORT]/web/invite/TOKEN`. */
function parseInvitation(text: string): Invitation {
  const [, proxy, token] = /^https:\/\/([^/]+)\/web\/invite\/([A-Za-z0-9._-]{1,128})\/?$/.exec(text) ?? [];
  if (proxy === undefined || token === undefined)
    throw new Fault("bad_request", "that is not the address of an invitation", {
      hint: "it looks like https://access.example.com:3080/web/invite/4f3c…",
    });
  return { proxy: proxy.includes(":") ? proxy : `${proxy}:443`, token };
}

function choosePassword(file: string | undefined): string {
  const chosen = file === undefined ? askTwice() : secretFromFile(file);
  if ([...chosen].length < MIN_PASSWORD)
    throw new Fault("bad_request", `a password has at least ${MIN_PASSWORD} characters`);
  return chosen;
}

function askTwice(): string {
  const first = ask(`Choose a password (at least ${MIN_PASSWORD} characters): `, "--password-file", "secret");
  if ([...first].length >= MIN_PASSWORD && ask("Once more: ", "--password-file", "secret") !== first)
    throw new Fault("bad_request", "the two passwords differ");
  return first;
}
