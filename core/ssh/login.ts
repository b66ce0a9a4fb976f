import type { AuthContext, AuthenticationType, PublicKeyAuthContext } from "ssh2";
import type { IncomingClient } from "ssh2/lib/server.js";
import { type Certificate, isCertificateAlgorithm, parseCertificate } from "../cert/certificate.ts";
import { Reader } from "../cert/wire.ts";
import { Fault } from "../fault.ts";
import { faultLine, oneLine } from "./text.ts";

/** What somebody brings to log in. A certificate is only handed on once this connection has proven its key. */
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
  /** The connection is in no state to go on. */
  broken(error: unknown): void;
}

const METHODS: Readonly<Record<Proof["method"], AuthenticationType>> = {
  certificate: "publickey",
  password: "password",
};

/** Offers of keys cost little, and an agent may hold many: they are bounded apart from the tries. */
const OFFERS_PER_TRY = 10;

/** How an RSA key signs is said by these names (RFC 8332); the certificate itself is an ssh-rsa-cert-v01. */
const RSA_CERTIFICATE = "ssh-rsa-cert-v01@openssh.com";
const RSA_FORMATS: Readonly<Record<string, string>> = {
  "rsa-sha2-256-cert-v01@openssh.com": "rsa-sha2-256",
  "rsa-sha2-512-cert-v01@openssh.com": "rsa-sha2-512",
};

/**
 * Answers the attempts of one connection, one after the other: ssh2 keeps the next one back meanwhile. ssh2 verifies
 * nothing by itself: this module does, and nothing else may call `accept()`.
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

/** A proof; "offer" for a question whether a certificate is worth signing with; undefined for what is of no use here. */
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
 * Whether the client holds the certificate's key. What is signed begins with the session's identifier and names the user
 * (RFC 4252 §7), so that it is of no use on another connection or for another user.
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
