import { KexInit } from "ssh2/lib/protocol/kex.js";
import type { HostKeyAnswer } from "ssh2/lib/server.js";
import type { Certificate } from "../cert/certificate.ts";
import type { PrivateKey } from "../cert/private-key.ts";
import { Reader } from "../cert/wire.ts";
import { Fault } from "../fault.ts";
import { ALGORITHMS } from "./algorithms.ts";

/** A server's host key, and the certificate for it, if there is one. */
export interface HostKey {
  readonly key: PrivateKey;
  readonly certificate?: Certificate;
}

export interface Presented {
  /** By the negotiated host key algorithm. */
  readonly keys: Readonly<Record<string, HostKeyAnswer>>;
  readonly offer: KexInit;
}

const presented = new WeakMap<HostKey, Presented>();

/** Prepares a host key for key exchange, once for each HostKey instead of once for each connection. */
export function present(hostKey: HostKey): Presented {
  let known = presented.get(hostKey);
  if (known === undefined) {
    known = make(hostKey);
    presented.set(hostKey, known);
  }
  return known;
}

function make({ key, certificate }: HostKey): Presented {
  if (certificate !== undefined && (certificate.type !== "host" || !certificate.key.equals(key.public))) {
    throw new Fault("internal", "the host certificate is not for the host key");
  }
  const sign = (data: Buffer) => {
    const signature = new Reader(key.sign(data));
    signature.string();
    return signature.string();
  };
  const keys: Record<string, HostKeyAnswer> = Object.create(null);
  // Offer the plain key, too: a client without a @cert-authority line negotiates it, and may have it in known_hosts.
  for (const { type, blob } of [
    ...(certificate === undefined ? [] : [{ type: certificate.algorithm, blob: certificate.blob }]),
    { type: key.public.type, blob: key.public.blob },
  ]) {
    keys[type] = { type, getPublicSSH: () => blob, sign };
  }
  const serverHostKey = ALGORITHMS.hostKey.filter((name) => name in keys);
  if (serverHostKey.length === 0) throw new Fault("internal", `a host key of type ${key.public.type} is not supported`);

  const { kex, cipher, mac, compress } = ALGORITHMS;
  const direction = { cipher, mac, compress, lang: [] };
  const offer = new KexInit({
    kex: [...kex, "kex-strict-s-v00@openssh.com"],
    serverHostKey,
    cs: direction,
    sc: direction,
  });
  return { keys, offer };
}
