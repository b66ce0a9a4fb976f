import type { FileReader, FileWriter } from "./files.ts";

/** So much is asked for, and not yet written, at a time: more than fits between two machines at 1 Gbit/s and 30 ms. */
export const MAX_IN_FLIGHT = 4 * 1024 * 1024;

/** Requests at a time, where blocks are small. */
const MAX_REQUESTS = 64;

/** What stopped a transfer, on which side, and how far it had come without a gap, in bytes. */
export class TransferStopped extends Error {
  readonly at: number;
  readonly side: "source" | "target";

  constructor(at: number, side: "source" | "target", cause: unknown) {
    super("stopped", { cause });
    this.at = at;
    this.side = side;
  }
}

/**
 * Copies a whole file in blocks, many at a time. `size` is where the file is expected to end: it may have grown or shrunk
 * since, and what counts is where reading finds the end. @throws TransferStopped once nothing is under way any more.
 */
export async function transfer(
  source: FileReader,
  target: FileWriter,
  size: number,
  moved: (bytes: number) => void,
): Promise<void> {
  const block = Math.min(source.block, target.block);
  let next = 0;
  let end = Number.POSITIVE_INFINITY;
  let stopped: TransferStopped | undefined;

  const copy = async (from: number, to: number) => {
    let [at, side] = [from, "source" as TransferStopped["side"]];
    try {
      while (at < to) {
        side = "source";
        const data = await source.read(at, to - at);
        if (data.length === 0) {
          end = Math.min(end, at);
          return;
        }
        side = "target";
        await target.write(at, data);
        at += data.length;
        moved(data.length);
      }
    } catch (error) {
      // The first failure tells why, the lowest place how far it came.
      const first = stopped ?? new TransferStopped(at, side, error);
      stopped = new TransferStopped(Math.min(at, first.at), first.side, first.cause);
    }
  };
  const work = async () => {
    while (next < end && stopped === undefined) {
      const from = next;
      // Up to the expected end, and then beyond it.
      next = from < size ? Math.min(from + block, size) : from + block;
      await copy(from, next);
    }
  };
  // One more than there are blocks: it asks for what lies beyond the expected end while the others are under route.
  const workers = Math.min(Math.ceil(size / block) + 1, Math.floor(MAX_IN_FLIGHT / block), MAX_REQUESTS);
  await Promise.all(Array.from({ length: workers }, work));
  if (stopped !== undefined) throw stopped;
}
