/** The unverified credentials of a request, and its source. */
export interface Credentials {
  readonly tenant: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly adminId: string | undefined;
  readonly adminSecret: string | undefined;
  /** One or more host credentials, separated by commas. */
  readonly hostCredential: string | undefined;
  /** The request came over the socket in the data directory, which only the operator can open. */
  readonly operator: boolean;
  readonly address: string;
}

/** Header names, in the spelling of the API's description. */
export const HEADERS = {
  tenant: "X-TMS-TENANT",
  clientId: "X-TMS-CLIENT-ID",
  clientSecret: "X-TMS-CLIENT-SECRET",
  adminId: "X-TMS-ADMIN-ID",
  adminSecret: "X-TMS-ADMIN-SECRET",
  hostCredential: "X-TMS-HOST-CREDENTIAL",
} as const;

/** The source of a request: its IP address (empty on the socket), and whether it is the operator. */
export interface RequestSource {
  readonly address: string;
  readonly operator: boolean;
}

export function readCredentials({ headers }: Request, { address, operator }: RequestSource): Credentials {
  const header = (name: keyof typeof HEADERS) => decodeUtf8(headers.get(HEADERS[name]));
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

/** `Headers` decodes values as Latin-1; names in them are UTF-8. */
function decodeUtf8(value: string | null): string | undefined {
  if (value === null || /^[\x20-\x7e]*$/.test(value)) return value ?? undefined;
  return Buffer.from(value, "latin1").toString("utf8");
}
