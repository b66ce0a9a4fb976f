import type { FileReader, FileWriter } from "./files.ts";

/** Maximum bytes in flight; exceeds the bandwidth-delay product of 1 Gbit/s and 30 ms. */
export const MAX_IN_FLIGHT = 4 * 1024 * 1024;

/** Maximum concurrent requests with small blocks. */
const MAX_REQUESTS = 64;

/** The failed side of a transfer, and the bytes copied without a gap. */
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
 * Copies a file in concurrent blocks. `size` is the expected size; the file may have changed since, so the copy ends where
 * a read returns no data. @throws TransferStopped after all requests have ended
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
      // Keep the cause of the first failure and the lowest offset.
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
  // One worker more than blocks: it reads beyond the expected end concurrently.
  const workers = Math.min(Math.ceil(size / block) + 1, Math.floor(MAX_IN_FLIGHT / block), MAX_REQUESTS);
  await Promise.all(Array.from({ length: workers }, work));
  if (stopped !== undefined) throw stopped;
}
