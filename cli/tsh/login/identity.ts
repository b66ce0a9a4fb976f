import { hostPort } from "../../../core/address.ts";
import type { Certificate } from "../../../core/cert/certificate.ts";
import { EXTENSIONS } from "../../../core/cert/identity.ts";
import type { PublicKey } from "../../../core/cert/public-key.ts";
import { Fault } from "../../../core/fault.ts";
import type { Credential } from "../../../core/ssh/client.ts";
import type { Context } from "../../context.ts";
import { readIfThere } from "../../files.ts";
import type { Profile } from "../../profile.ts";
import { parseProxy } from "../proxy/address.ts";
import { notLoggedIn, type ProfileFlags, profilesOf, selectProfile } from "./profile-select.ts";

/** Somebody with a certificate, and the proxy to use it at. */
export interface ClientIdentity {
  readonly user: string;
  readonly cluster: string;
  /** `host:port` of the proxy's SSH port. */
  readonly sshAddr: string;
  readonly certificate: Certificate;
  readonly credential: Credential;
  /** Who may vouch for hosts of the cluster. */
  readonly authorities: readonly PublicKey[];
  /** The login that it is; none for an identity file. */
  readonly profile?: Profile;
}

export interface IdentityFlags extends ProfileFlags {
  readonly identity?: string | undefined;
}

/** The proxy's SSH port where nothing else is known. */
const SSH_PORT = 3023;

/**
 * Who is meant by the flags: an identity file, or the login of a profile. Whether the certificate is still good is not
 * looked at. @throws Fault `unauthenticated` when there is no login.
 */
export async function loadIdentity(cx: Context, flags: IdentityFlags): Promise<ClientIdentity> {
  if (flags.identity !== undefined) return fromFile(flags.identity, flags);
  const profiles = profilesOf(cx);
  const profile = await selectProfile(profiles, flags);
  const certificate = profile === undefined ? undefined : profiles.certificate(profile);
  if (profile === undefined || certificate === undefined) throw notLoggedIn(flags, profile);
  const { user, cluster, ssh: sshAddr } = profile;
  const key = profiles.privateKey(profile);
  const credential = key === undefined ? byAgent(cx, certificate) : { key, certificate };
  const authorities = await profiles.authorities(cluster);
  if (authorities.length === 0)
    throw new Fault("failed", `${profiles.knownHostsFile()} has no host authority of ${cluster}`, {
      hint: "log in again: tsh login",
    });
  return { user, cluster, sshAddr, certificate, credential, authorities, profile };
}

/** After `tsh login --add-keys-to-agent=only` the agent alone has the key. @throws Fault `unauthenticated`. */
function byAgent(cx: Context, certificate: Certificate): Credential {
  const socket = cx.env.SSH_AUTH_SOCK;
  if (!socket)
    throw new Fault("unauthenticated", "the private key is only in an ssh-agent, and no ssh-agent is running", {
      hint: "tsh login",
    });
  return {
    certificate,
    async sign(data) {
      const { AgentClient } = await import("../../ssh-agent/client.ts");
      using agent = await AgentClient.open(socket);
      return await agent.sign(certificate.blob, data);
    },
  };
}

async function fromFile(file: string, flags: IdentityFlags): Promise<ClientIdentity> {
  const { parseIdentity } = await import("../../../core/cert/identity-file.ts");
  const text = readIfThere(file);
  if (text === undefined) throw new Fault("failed", `there is no identity file ${file}`);
  if (flags.proxy === undefined)
    throw new Fault("bad_request", "--identity needs --proxy", {
      hint: "an identity file does not contain the proxy's address",
    });
  const { key, certificate, authorities } = parseIdentity(text, file);
  const proxy = parseProxy(flags.proxy);
  return {
    user: certificate.keyId,
    cluster: flags.cluster ?? certificate.extensions.get(EXTENSIONS.cluster) ?? "",
    sshAddr: hostPort(proxy.host, proxy.sshPort ?? (await advertisedPort(flags.proxy)) ?? SSH_PORT),
    certificate,
    credential: { key, certificate },
    authorities: authorities.map((known) => known.key),
  };
}

/** What a proxy on another web port than usual says about its SSH port; the host proves itself by its certificate then. */
async function advertisedPort(proxy: string): Promise<number | undefined> {
  if (parseProxy(proxy).webPort === undefined) return undefined;
  const { ProxyWeb } = await import("../proxy/web.ts");
  const { ssh } = await ProxyWeb.at(proxy, { insecure: true }).find();
  return Number(ssh.slice(ssh.lastIndexOf(":") + 1));
}

/** The profile of a login for those who need its files. @throws Fault `unauthenticated`. */
export async function requireProfile(cx: Context, flags: ProfileFlags): Promise<Profile> {
  const profile = await selectProfile(profilesOf(cx), flags);
  if (profile === undefined) throw notLoggedIn(flags);
  return profile;
}
