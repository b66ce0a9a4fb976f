import { type Certificate, parseCertificateLine } from "../../../core/cert/certificate.ts";
import { knownHostsLine } from "../../../core/cert/known-hosts.ts";
import { PrivateKey } from "../../../core/cert/private-key.ts";
import { PublicKey } from "../../../core/cert/public-key.ts";
import { checkContent } from "../../../core/cert/verify.ts";
import { Fault } from "../../../core/fault.ts";
import type { Context } from "../../context.ts";
import type { Profile } from "../../profile.ts";
import { ask, readPassword } from "../../tty.ts";
import { parseProxy } from "../proxy/address.ts";
import { ProxyWeb } from "../proxy/web.ts";

/** Parameters of a login; missing ones are requested on the terminal. */
export interface LoginRequest {
  readonly proxy: string;
  readonly user: string;
  /** The profile of an earlier login at this proxy. */
  readonly known: Profile | undefined;
  readonly cluster?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly ttl?: number | undefined;
  readonly passwordFile?: string | undefined;
  readonly otp?: string | undefined;
}

/** The result of a login, as text for files and parsed. */
export interface LoginResult {
  readonly profile: Profile;
  readonly key: string;
  readonly publicKey: string;
  readonly certificate: string;
  readonly knownHosts: string;
  readonly parsed: Certificate;
  readonly authorities: readonly PublicKey[];
}

/** Requests a certificate for a new key from the proxy. Writes no files. */
export async function logIn(cx: Context, request: LoginRequest): Promise<LoginResult> {
  const pin = request.known?.pin;
  const web = ProxyWeb.at(request.proxy, { pin, insecure: request.insecure });
  const found = await web.find();
  if (request.cluster !== undefined && request.cluster !== found.cluster)
    throw new Fault("not_found", `${web.addr} is not a proxy of the cluster "${request.cluster}"`, {
      hint: `its cluster is "${found.cluster}"`,
    });
  const password = readPassword(request.passwordFile, `Password of ${request.user} in ${found.cluster}: `);
  const otp = request.otp ?? (found.secondFactor === "off" ? "" : askCode(found.secondFactor === "optional"));
  const key = PrivateKey.generate();
  const issued = await web.certificate({
    user: request.user,
    password,
    pub_key: key.public.toString(),
    ...(otp !== "" && { otp }),
    ...(request.ttl !== undefined && { ttl_seconds: request.ttl }),
  });
  const parsed = parseCertificateLine(issued.cert.trim());
  if (parsed.type !== "user" || !parsed.key.equals(key.public) || parsed.keyId !== request.user)
    throw new Fault("denied", "the proxy returned a certificate for another key or user");
  // Its names are printed, and written into files for other programs.
  checkContent(parsed);
  checkClock(cx, parsed);
  const authorities = issued.host_signers
    .filter((signer) => signer.type === "host" && signer.cluster === issued.cluster)
    .flatMap((signer) => signer.keys.map((line) => PublicKey.parse(line)));
  if (authorities.length === 0) throw new Fault("unavailable", "the proxy named no host authority to trust");
  const patterns = [`*.${issued.cluster}`, issued.cluster, web.host];
  return {
    profile: {
      proxy: web.host,
      web: web.addr,
      ssh: found.ssh,
      sshPort: parseProxy(request.proxy).sshPort,
      user: request.user,
      cluster: issued.cluster,
      pin: web.accepted ?? pin,
    },
    key: key.toOpenSSH(`${request.user}@${issued.cluster}`),
    publicKey: key.public.toString(),
    certificate: issued.cert.trim(),
    knownHosts: authorities
      .map((authority) => knownHostsLine({ cluster: issued.cluster, key: authority, patterns }))
      .join("\n"),
    parsed,
    authorities,
  };
}

function askCode(optional: boolean): string {
  if (!optional) return ask("Code from the authenticator app: ", "--otp").trim();
  // Without a terminal, an optional code is empty.
  try {
    return ask("Code from the authenticator app (empty if you have none): ", "--otp").trim();
  } catch (error) {
    if (error instanceof Fault) return "";
    throw error;
  }
}

/** Warns if the certificate is not valid by the local clock. */
function checkClock(cx: Context, certificate: Certificate): void {
  const now = cx.now();
  if (now < certificate.validAfter || now >= certificate.validBefore)
    cx.warn(
      `the new certificate is not valid by this machine's clock (${now.toISOString()}); compare the clock with the cluster's`,
    );
}
