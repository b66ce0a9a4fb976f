import { isAddress } from "../../../core/address.ts";

/** What a server shows: PEM. */
export interface Shown {
  readonly cert: string;
  readonly key: string;
}

export interface InstallRequest {
  /** DNS names and addresses in subjectAltName; none leaves the extension out. */
  readonly names: readonly string[];
  /** What the subject is called, `escrow` unless said otherwise. */
  readonly commonName?: string;
  /** Days from now; the certificate begins a day before now, or a day before it ended. */
  readonly days?: number;
  /** `clientAuth` makes it one that no server may use. */
  readonly usage?: "serverAuth" | "clientAuth";
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY = 86_400_000;

interface Signer {
  readonly issuer: { CN: string[] }[];
  readonly signingKey: CryptoKey;
}

/** An authority of a test's own, that certifies whatever it is asked to. */
export class Authority {
  readonly pem: string;
  readonly #signer: Signer;
  readonly #issue: (wish: InstallRequest) => Promise<Shown>;

  private constructor(pem: string, signer: Signer, issue: (wish: InstallRequest) => Promise<Shown>) {
    this.pem = pem;
    this.#signer = signer;
    this.#issue = issue;
  }

  /** One that vouches for itself, or for which another one does. */
  static async make(name = "authority of a test", by?: Authority): Promise<Authority> {
    const x509 = await load();
    const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const subject = [{ CN: [name] }];
    const self = { issuer: subject, signingKey: keys.privateKey };
    const { issuer, signingKey } = by === undefined ? self : by.#signer;
    const own = await x509.X509CertificateGenerator.create({
      subject,
      issuer,
      notBefore: new Date(Date.now() - 400 * DAY),
      notAfter: new Date(Date.now() + 400 * DAY),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return new Authority(`${own.toString("pem")}\n`, self, async (wish) => {
      const mine = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const end = Date.now() + (wish.days ?? 30) * DAY;
      const certificate = await x509.X509CertificateGenerator.create({
        subject: [{ CN: [wish.commonName ?? "escrow"] }],
        issuer: own.subjectName,
        notBefore: new Date(Math.min(Date.now(), end) - DAY),
        notAfter: new Date(end),
        publicKey: mine.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage[wish.usage ?? "serverAuth"]]),
          ...(wish.names.length === 0
            ? []
            : [
                new x509.SubjectAlternativeNameExtension(
                  wish.names.map((name) => ({ type: isAddress(name) ? "ip" : "dns", value: name }) as const),
                ),
              ]),
        ],
      });
      const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", mine.privateKey)).toString("base64");
      return {
        cert: `${certificate.toString("pem")}\n`,
        key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, "$&\n")}\n-----END PRIVATE KEY-----\n`,
      };
    });
  }

  issue(wish: InstallRequest): Promise<Shown> {
    return this.#issue(wish);
  }
}

/** What core/cert/x509.ts does before it loads the library. */
async function load(): Promise<typeof import("@peculiar/x509")> {
  if (!("getMetadata" in Reflect))
    Object.assign(Reflect, { getMetadata: () => undefined, getOwnMetadata: () => undefined });
  return import("@peculiar/x509");
}
