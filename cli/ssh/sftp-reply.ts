import type { Reader } from "../../core/cert/wire.ts";
import { Fault, type FaultCode } from "../../core/fault.ts";
import { REPLY, STATUS } from "../../core/ssh/sftp.ts";
import { oneLine } from "../../core/ssh/text.ts";

/** What a server answered; `fields` is what follows the request's number. */
export interface Reply {
  readonly type: number;
  readonly fields: Reader;
}

/** The fields of an answer of this type. @throws Fault what the server says instead. */
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
  // What says nothing new is said in our words.
  const plain = text === "" || code !== "failed" || /^failure\.?$/i.test(text);
  return new Fault(code, plain ? words : text);
}

/** Ends the connection: who breaks the protocol once is not asked again. */
export function malformed(): Fault {
  return new Fault("unavailable", "the SFTP server breaks the protocol");
}

/** What went wrong while the server's bytes were read. */
export function broken(error: unknown): Fault {
  const fault = Fault.from(error);
  return fault.code === "bad_request" ? malformed() : fault;
}
