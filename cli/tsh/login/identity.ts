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

/** A certificate with its key, and the proxy to use it with. */
export interface ClientIdentity {
  readonly user: string;
  readonly cluster: string;
  /** `host:port` of the proxy's SSH port. */
  readonly sshAddr: string;
  readonly certificate: Certificate;
  readonly credential: Credential;
  /** Host authorities of the cluster. */
  readonly authorities: readonly PublicKey[];
  /** The profile; undefined for an identity file. */
  readonly profile?: Profile;
}

export interface IdentityFlags extends ProfileFlags {
  readonly identity?: string | undefined;
}

/** Default SSH port of a proxy. */
const SSH_PORT = 3023;

/**
 * Loads the identity that the flags select: an identity file, or a profile. Does not check the expiry of the certificate.
 * @throws Fault `unauthenticated` without a login
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

/** A credential whose key is only in the ssh-agent (`--add-keys-to-agent=only`). @throws Fault `unauthenticated` */
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

/** The SSH port announced by a proxy with a custom web port. The proxy later authenticates by its host certificate. */
async function advertisedPort(proxy: string): Promise<number | undefined> {
  if (parseProxy(proxy).webPort === undefined) return undefined;
  const { ProxyWeb } = await import("../proxy/web.ts");
  const { ssh } = await ProxyWeb.at(proxy, { insecure: true }).find();
  return Number(ssh.slice(ssh.lastIndexOf(":") + 1));
}

/** The selected profile. @throws Fault `unauthenticated` without one */
export async function requireProfile(cx: Context, flags: ProfileFlags): Promise<Profile> {
  const profile = await selectProfile(profilesOf(cx), flags);
  if (profile === undefined) throw notLoggedIn(flags);
  return profile;
}
