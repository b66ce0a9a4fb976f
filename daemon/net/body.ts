import { Fault } from "../../core/fault.ts";

/** Passwords, keys and codes: nothing that is sent here comes near it. */
export const MAX_BODY = 64 * 1024;
/** What is read on, and dropped, so that who sent too much gets to read the answer instead of a broken connection. */
export const MAX_DISCARDED = 64 * 1024 * 1024;
const BODY_MS = 15_000;

/** Whether a request says that its body is JSON. */
export function isJson(request: Request): boolean {
  return /^application\/json *(?:;|$)/i.test(request.headers.get("content-type") ?? "");
}

/**
 * The JSON of a request, which may take `ms` to arrive.
 * @throws Fault `bad_request` when it is none, or takes too long to arrive; `too_large`.
 */
export async function readJson(request: Request, ms = BODY_MS): Promise<unknown> {
  if (!isJson(request))
    throw new Fault("bad_request", "the body has to be JSON", { hint: "send it with content-type: application/json" });
  const bytes = await readBytes(request, ms);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Fault("bad_request", "the body is not JSON", { cause });
  }
}

function readBytes(request: Request, ms: number): Promise<Uint8Array> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  return length <= MAX_BODY ? readWhole(request, ms) : readPieces(request, ms);
}

/** A body that says that it is small comes in one piece, for a twentieth of what a stream costs. */
function readWhole(request: Request, ms: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), ms);
    request
      .bytes()
      .then(resolve, (cause) => reject(broken(cause)))
      .finally(() => clearTimeout(timer));
  });
}

async function readPieces(request: Request, ms: number): Promise<Uint8Array> {
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const late = tooLate();
  const timer = setTimeout(() => void reader.cancel(late), ms);
  try {
    const until = performance.now() + ms;
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw cause === late ? late : broken(cause);
      });
      if (performance.now() >= until) throw late;
      if (done) break;
      size += value.length;
      if (size <= MAX_BODY) chunks.push(value);
      if (size > MAX_DISCARDED) break;
    }
  } finally {
    clearTimeout(timer);
  }
  if (size > MAX_BODY)
    throw new Fault("too_large", `the body is larger than ${MAX_BODY / 1024} KiB`, {
      hint: "nothing that is sent here is that large",
    });
  return Buffer.concat(chunks);
}

function tooLate(): Fault {
  return new Fault("bad_request", "the body took too long to arrive");
}

function broken(cause: unknown): Fault {
  return new Fault("bad_request", "the body did not arrive", { cause });
}
