/** Every failure a caller is meant to handle. A row here is the whole contract: nothing else maps codes. */
export const FAULTS = {
  internal: { status: 500, exit: 1 },
  failed: { status: 500, exit: 1 },
  bad_request: { status: 400, exit: 2 },
  too_large: { status: 413, exit: 2 },
  unauthenticated: { status: 401, exit: 3 },
  denied: { status: 403, exit: 4 },
  rate_limited: { status: 429, exit: 4 },
  not_found: { status: 404, exit: 5 },
  conflict: { status: 409, exit: 6 },
  unavailable: { status: 503, exit: 7 },
} as const;

export type FaultCode = keyof typeof FAULTS;

/** `message` and `hint` are for whoever asked. `cause` is for the operator's log and never leaves the process. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly hint: string | undefined;

  constructor(code: FaultCode, message: string, more: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = more.hint;
  }

  /** Turns anything thrown into a Fault; a stranger's text is kept as the cause and never shown. */
  static from(thrown: unknown): Fault {
    return thrown instanceof Fault ? thrown : new Fault("internal", "internal error", { cause: thrown });
  }

  /** Reads what `toJSON` wrote, on the other side of a connection. */
  static fromJSON(json: unknown): Fault | undefined {
    if (typeof json !== "object" || json === null) return undefined;
    const { code, message, hint } = json as Record<string, unknown>;
    if (typeof code !== "string" || !Object.hasOwn(FAULTS, code) || typeof message !== "string") return undefined;
    return new Fault(code as FaultCode, message, { hint: typeof hint === "string" ? hint : undefined });
  }

  toJSON(): { code: FaultCode; message: string; hint?: string } {
    return { code: this.code, message: this.message, ...(this.hint !== undefined && { hint: this.hint }) };
  }
}
