import { authClient } from "../../core/api/client.ts";
import { servicePrincipal } from "../../core/ca/service-principal.ts";
import { EXTENSIONS } from "../../core/cert/identity.ts";
import { caPin } from "../../core/cert/public-key.ts";
import { Fault } from "../../core/fault.ts";
import type { HostRole } from "../../core/resource/token.ts";
import { openChannel } from "../../core/ssh/client.ts";
import { hostVerifier, type VerifyHost } from "../../core/ssh/verify-host.ts";
import type { Log } from "../log.ts";
import { dialAuth } from "./dial.ts";
import { acceptMembership, type Membership, openMachine } from "./membership.ts";

/** The user name of a login with a join token. */
const JOIN_USER = "join";

/** The first join retries for this long while auth does not answer, at this interval. Milliseconds. */
const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

export interface JoinOptions {
  readonly dataDir: string;
  readonly roles: readonly HostRole[];
  /** `host:port` of auth servers. */
  readonly authAddrs: readonly string[];
  /** `sha256:…` of the host authority, as `tctl status` shows it. */
  readonly caPins: readonly string[];
  /** Join without a pin: any server at the address is trusted. */
  readonly insecure?: boolean | undefined;
  readonly hostname: string;
  /** Further names and addresses of the machine. */
  readonly addresses: readonly string[];
  readonly log: Log;
  readonly now: () => Date;
}

/**
 * Makes this machine a member of the cluster. Only an auth server whose CA matches a pin receives the token.
 * @throws Fault auth's refusal; `unavailable` when it does not answer for half a minute.
 */
export async function joinByToken(options: JoinOptions, token: string): Promise<Membership> {
  const { dataDir, log } = options;
  const { uuid, key } = openMachine(dataDir);
  const body = {
    uuid,
    hostname: options.hostname,
    roles: [...options.roles],
    public_key: key.public.toString(),
    addresses: [...options.addresses],
  };
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const { connection } = await dialAuth({
        addrs: options.authAddrs,
        user: JOIN_USER,
        credential: () => ({ password: token }),
        verifyHost: pinned(options),
      });
      const api = authClient(() => openChannel(connection, "auth", 0));
      try {
        return acceptMembership(dataDir, key, await api.join(body));
      } finally {
        api.close();
        connection.close();
      }
    } catch (error) {
      const fault = Fault.from(error);
      if (fault.code !== "unavailable" || performance.now() > deadline) throw fault;
      log.warn("auth does not answer yet; trying again", { error: fault });
      await Bun.sleep(PAUSE_MS);
    }
  }
}

/** Verifies auth before the join: the CA that signed auth's certificate must match a pin. */
function pinned({ caPins, insecure, now, log }: JoinOptions): VerifyHost {
  return (offered) => {
    const signer = offered.certificate?.signedBy;
    if (signer === undefined) throw new Fault("denied", "the server shows no certificate: it is not an auth server");
    const pin = caPin(signer);
    if (!caPins.includes(pin)) {
      const what =
        caPins.length === 0 ? "no CA pin was given" : `the CA pin of this cluster is ${pin}, another than was given`;
      if (insecure !== true)
        throw new Fault("denied", what, { hint: "tctl status shows the pin of your cluster; pass it with --ca-pin" });
      log.warn("joining without a CA pin: whoever answered is believed", { pin });
    }
    const cluster = offered.certificate?.extensions.get(EXTENSIONS.cluster) ?? "";
    hostVerifier({ authorities: () => [signer], names: [servicePrincipal("auth", cluster)], now })(offered);
  };
}
