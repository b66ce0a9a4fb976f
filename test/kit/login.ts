import { Profiles } from "../../cli/profile.ts";
import { formatCertificate } from "../../core/cert/certificate.ts";
import { EXTENSIONS } from "../../core/cert/identity.ts";
import { knownHostsLine } from "../../core/cert/known-hosts.ts";
import { mintCertificate } from "../../core/cert/mint.ts";
import { PrivateKey } from "../../core/cert/private-key.ts";

export interface FakeLogin {
  readonly proxy?: string;
  readonly user?: string;
  readonly cluster?: string;
  readonly roles?: readonly string[];
  readonly logins?: readonly string[];
  /** Expiry; the default is 2099. */
  readonly expires?: Date;
}

/** Writes the files of a login to `dir` as `tsh login` does, signed by a new user CA. */
export async function writeLogin(dir: string, login: FakeLogin = {}): Promise<void> {
  const { proxy = "proxy.example.com", user = "alice", cluster = "example", roles = ["access"] } = login;
  const [key, userCa, hostCa] = [PrivateKey.generate(), PrivateKey.generate(), PrivateKey.generate()];
  const certificate = await mintCertificate(
    {
      type: "user",
      key: key.public,
      serial: 1n,
      keyId: user,
      principals: [...(login.logins ?? [user, "root"])],
      validAfter: new Date("2020-01-01T00:00:00Z"),
      validBefore: login.expires ?? new Date("2099-01-01T12:00:00Z"),
      extensions: {
        "permit-agent-forwarding": "",
        "permit-port-forwarding": "",
        "permit-pty": "",
        [EXTENSIONS.cluster]: cluster,
        [EXTENSIONS.roles]: JSON.stringify(roles),
        [EXTENSIONS.traits]: JSON.stringify({ logins: login.logins ?? [user, "root"] }),
      },
    },
    userCa,
  );
  new Profiles(dir).save(
    { proxy, web: `${proxy}:3080`, ssh: `${proxy}:3023`, user, cluster },
    {
      key: key.toOpenSSH(),
      publicKey: key.public.toString(),
      certificate: formatCertificate(certificate),
      knownHosts: knownHostsLine({ cluster, key: hostCa.public, patterns: [`*.${cluster}`, cluster, proxy] }),
    },
  );
}
