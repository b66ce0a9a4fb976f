import { expect, test } from "bun:test";
import { KeyedBatcher } from "../../../../daemon/tms/keys/keyed-batcher.ts";

/** A batcher whose runs a test finishes, and the batches that were started. */
function manualBatcher(weight: (item: number) => number = () => 1) {
  const started: (readonly number[])[] = [];
  const ends: ((failed: boolean) => void)[] = [];
  const batches = new KeyedBatcher<number, number>(
    async (batch) => {
      started.push(batch);
      const failed = await new Promise<boolean>((end) => ends.push(end));
      if (failed) throw new Error("it went wrong");
      return batch.map((item) => item * 10);
    },
    weight,
    500,
  );
  const finish = async (failed = false) => {
    ends.shift()?.(failed);
    await Bun.sleep(0);
  };
  return { batches, started, finish };
}

test("items that arrive during a run form the next batch, in order", async () => {
  const { batches, started, finish } = manualBatcher();
  const results = Promise.all([1, 2, 3].map((item) => batches.add(7, item)));
  expect(started).toEqual([[1]]);
  await finish();
  expect(started).toEqual([[1], [2, 3]]);
  await finish();
  expect(await results).toEqual([10, 20, 30]);
});

test("a batch is limited by weight, but has at least one item", async () => {
  const { batches, started, finish } = manualBatcher((item) => item);
  const results = Promise.all([1, 400, 100, 1, 9000, 3].map((item) => batches.add(7, item)));
  for (let i = 0; i < 5; i++) await finish();
  expect(started).toEqual([[1], [400, 100], [1], [9000], [3]]);
  expect(await results).toHaveLength(6);
});

test("batches of different ids run in parallel", async () => {
  const { batches, started, finish } = manualBatcher();
  const results = Promise.all([batches.add(1, 1), batches.add(2, 2)]);
  expect(started).toEqual([[1], [2]]);
  await finish();
  await finish();
  expect(await results).toEqual([10, 20]);
});

test("a failure rejects its batch only", async () => {
  const { batches, finish } = manualBatcher();
  const results = Promise.allSettled([1, 2, 3].map((item) => batches.add(7, item)));
  await finish(true);
  await finish();
  expect((await results).map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  const later = batches.add(7, 4);
  await finish();
  expect(await later).toBe(40);
});
