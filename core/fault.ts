/** Every failure that a caller can handle: code to HTTP status and exit code. No other table maps these codes. */
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

/** A failure with a code. The caller sees `message` and `hint`; `cause` only reaches the operator's log. */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: FaultCode;
  readonly hint: string | undefined;

  constructor(code: FaultCode, message: string, more: { hint?: string | undefined; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.hint = more.hint;
  }

  /** Converts any thrown value to a Fault. Another error becomes the cause of an `internal` Fault; callers never see its text. */
  static from(thrown: unknown): Fault {
    return thrown instanceof Fault ? thrown : new Fault("internal", "internal error", { cause: thrown });
  }

  /** Parses the output of `toJSON` as received from a peer. Undefined when it is malformed. */
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
