/** What a request says of who sends it, and what the server knows of where it came from. */
export interface Credentials {
  readonly tenant: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly adminId: string | undefined;
  readonly adminSecret: string | undefined;
  /** By what a host proves itself. */
  readonly hostCredential: string | undefined;
  /** It came by the socket in the data directory, which only the operator can open. */
  readonly operator: boolean;
  readonly address: string;
}

/** Names of headers, in the words of the API's description. */
export const HEADERS = {
  tenant: "X-TMS-TENANT",
  clientId: "X-TMS-CLIENT-ID",
  clientSecret: "X-TMS-CLIENT-SECRET",
  adminId: "X-TMS-ADMIN-ID",
  adminSecret: "X-TMS-ADMIN-SECRET",
  hostCredential: "X-TMS-HOST-CREDENTIAL",
} as const;

/** Where a request came from. */
export interface Source {
  readonly address: string;
  readonly operator: boolean;
}

export function readCredentials({ headers }: Request, { address, operator }: Source): Credentials {
  const header = (name: keyof typeof HEADERS) => fromBytes(headers.get(HEADERS[name]));
  return {
    tenant: header("tenant"),
    clientId: header("clientId"),
    clientSecret: header("clientSecret"),
    adminId: header("adminId"),
    adminSecret: header("adminSecret"),
    hostCredential: header("hostCredential"),
    operator,
    address,
  };
}

/** A header comes as bytes, one to a character; names in it are UTF-8. */
function fromBytes(value: string | null): string | undefined {
  if (value === null || /^[\x20-\x7e]*$/.test(value)) return value ?? undefined;
  return Buffer.from(value, "latin1").toString("utf8");
}
