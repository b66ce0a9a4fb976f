import type { AuthContext, AuthenticationType, PublicKeyAuthContext } from "ssh2";
import type { IncomingClient } from "ssh2/lib/server.js";
import { type Certificate, isCertificateAlgorithm, parseCertificate } from "../cert/certificate.ts";
import { Reader } from "../cert/wire.ts";
import { Fault } from "../fault.ts";
import { faultLine, oneLine } from "./text.ts";

/** A credential of a login attempt. The client has proven possession of a certificate's key before it is passed on. */
export type Proof =
  | { readonly method: "certificate"; readonly certificate: Certificate }
  | { readonly method: "password"; readonly secret: string };

export interface Login<I> {
  readonly methods: readonly Proof["method"][];
  /** Refused passwords and signatures until `exhausted`. */
  readonly maxTries: number;
  /** A Fault refuses: its message and hint are shown to the user, and another attempt may follow. */
  identify(user: string, proof: Proof): Promise<I>;
  admitted(user: string, identity: I): void;
  refused(fault: Fault): void;
  exhausted(): void;
  /** The connection failed and must be closed. */
  broken(error: unknown): void;
}

const METHODS: Readonly<Record<Proof["method"], AuthenticationType>> = {
  certificate: "publickey",
  password: "password",
};

/** Key offers have a bound of their own: they are cheap, and an ssh-agent may hold many keys. */
const OFFERS_PER_TRY = 10;

/** Signature algorithms of RSA certificates (RFC 8332). The certificate's own type is ssh-rsa-cert-v01. */
const RSA_CERTIFICATE = "ssh-rsa-cert-v01@openssh.com";
const RSA_FORMATS: Readonly<Record<string, string>> = {
  "rsa-sha2-256-cert-v01@openssh.com": "rsa-sha2-256",
  "rsa-sha2-512-cert-v01@openssh.com": "rsa-sha2-512",
};

/**
 * Answers the login attempts of one connection in order; ssh2 queues further attempts meanwhile. ssh2 verifies no
 * signatures: this module does, and no other module may call `accept()`.
 */
export function awaitLogin<I>(ssh: IncomingClient, login: Login<I>): void {
  const methods = login.methods.map((method) => METHODS[method]);
  let [tries, offers] = [0, 0];
  let [over, explained] = [false, false];

  ssh.once("close", () => {
    over = true;
  });
  ssh.on("authentication", (attempt) => {
    if (over) return;
    decide(attempt)
      .catch((thrown: unknown) => over || explain(attempt, Fault.from(thrown)))
      .catch((thrown: unknown) => login.broken(thrown));
  });

  async function decide(attempt: AuthContext): Promise<void> {
    const proof = readProof(attempt, login.methods);
    if (proof === "offer") return attempt.accept();
    if (proof === undefined) {
      offers += 1;
      return refuse(attempt);
    }
    const identity = await login.identify(attempt.username, proof);
    if (over) return;
    over = true;
    attempt.accept();
    login.admitted(attempt.username, identity);
  }

  function explain(attempt: AuthContext, fault: Fault): void {
    login.refused(fault);
    tries += 1;
    // Once: a client may try the same certificate again, from a file and from its agent.
    if (!explained) ssh.banner(`${faultLine(fault)}\r\n`);
    explained = true;
    refuse(attempt);
  }

  function refuse(attempt: AuthContext): void {
    if (tries < login.maxTries && offers < login.maxTries * OFFERS_PER_TRY) return attempt.reject(methods);
    over = true;
    login.exhausted();
  }
}

/** The credential of an attempt; "offer" for a certificate without a signature; undefined for unsupported methods. */
function readProof(attempt: AuthContext, methods: readonly Proof["method"][]): Proof | "offer" | undefined {
  if (attempt.method === "password" && methods.includes("password")) {
    // A request to change the password has another shape.
    return typeof attempt.password === "string" ? { method: "password", secret: attempt.password } : undefined;
  }
  if (attempt.method === "publickey" && methods.includes("certificate") && attempt.key.algo.includes("-cert-v01@")) {
    const certificate = readCertificate(attempt.key.algo, attempt.key.data);
    if (attempt.signature === undefined) return "offer";
    if (!provesPossession(attempt, certificate))
      throw new Fault("denied", "the signature of the certificate's key is wrong");
    return { method: "certificate", certificate };
  }
  return undefined;
}

function readCertificate(algorithm: string, blob: Buffer): Certificate {
  const known = algorithm in RSA_FORMATS || (algorithm !== RSA_CERTIFICATE && isCertificateAlgorithm(algorithm));
  if (!known) throw new Fault("denied", `certificates are not accepted as ${oneLine(algorithm)}`);
  const certificate = parseCertificate(blob);
  if (certificate.algorithm !== (algorithm in RSA_FORMATS ? RSA_CERTIFICATE : algorithm)) {
    throw new Fault("bad_request", "the certificate is of another type than the client says");
  }
  return certificate;
}

/**
 * Whether the client holds the certificate's key. The signed data contains the session identifier and the user name
 * (RFC 4252 §7), so the signature is invalid on other connections and for other users.
 */
function provesPossession({ key, blob, signature }: PublicKeyAuthContext, certificate: Certificate): boolean {
  if (blob === undefined || signature === undefined) return false;
  const format = RSA_FORMATS[key.algo] ?? certificate.key.type;
  return signatureFormat(signature) === format && certificate.key.verify(blob, signature);
}

function signatureFormat(signature: Buffer): string | undefined {
  try {
    return new Reader(signature).text();
  } catch {
    return undefined;
  }
}
