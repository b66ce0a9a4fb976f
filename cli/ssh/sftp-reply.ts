import type { Reader } from "../../core/cert/wire.ts";
import { Fault, type FaultCode } from "../../core/fault.ts";
import { REPLY, STATUS } from "../../core/ssh/sftp.ts";
import { oneLine } from "../../core/ssh/text.ts";

/** A reply of the server; `fields` is the content after the request id. */
export interface Reply {
  readonly type: number;
  readonly fields: Reader;
}

/** The fields of a reply of this type. @throws Fault the error status of the server */
export function expected(reply: Reply, type: number): Reader {
  if (reply.type === type) return reply.fields;
  if (reply.type !== REPLY.STATUS) throw malformed();
  const { status, text } = statusOf(reply.fields);
  throw status === STATUS.OK ? malformed() : failure(status, text);
}

/** @throws Fault unless the answer is that it was done. */
export function expectDone(reply: Reply): void {
  const { status, text } = statusOf(expected(reply, REPLY.STATUS));
  if (status !== STATUS.OK) throw failure(status, text);
}

export function statusOf(fields: Reader): { readonly status: number; readonly text: string } {
  const status = fields.uint32();
  // Old servers leave the text out.
  return { status, text: fields.rest === 0 ? "" : oneLine(fields.string().toString("utf8")) };
}

const FAILURES: Readonly<Record<number, readonly [code: FaultCode, words: string]>> = {
  [STATUS.EOF]: ["failed", "it ends there"],
  [STATUS.NO_SUCH_FILE]: ["not_found", "no such file or directory"],
  [STATUS.PERMISSION_DENIED]: ["denied", "permission denied"],
  [STATUS.FAILURE]: ["failed", "the server reports a failure without a reason"],
  [STATUS.OP_UNSUPPORTED]: ["failed", "the machine cannot do that"],
};

function failure(status: number, text: string): Fault {
  const [code, words] = FAILURES[status] ?? ["failed", `status ${status}`];
  // Use our own words if the server's text adds nothing.
  const plain = text === "" || code !== "failed" || /^failure\.?$/i.test(text);
  return new Fault(code, plain ? words : text);
}

/** A protocol violation; it ends the connection. */
export function malformed(): Fault {
  return new Fault("unavailable", "the SFTP server breaks the protocol");
}

/** The Fault for an error while parsing a packet. */
export function broken(error: unknown): Fault {
  const fault = Fault.from(error);
  return fault.code === "bad_request" ? malformed() : fault;
}
