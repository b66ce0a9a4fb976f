import { afterAll, expect, test } from "bun:test";
import { Fault } from "../../core/fault.ts";
import { type State, startDiag } from "../../daemon/diag.ts";
import { counter, gauge } from "../../daemon/metrics.ts";

let state: State = "starting";
const diag = startDiag({ host: "127.0.0.1", port: 0 }, "1.2.3", () => state);
afterAll(() => diag.stop());

const get = async (path: string) => {
  const response = await fetch(`${diag.url}${path}`);
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
};

test("/readyz follows the state, /healthz the process", async () => {
  expect(await get("/readyz")).toMatchObject({ status: 503, body: '{"status":"starting"}' });
  expect(await get("/healthz")).toMatchObject({ status: 200 });
  state = "ready";
  expect(await get("/readyz")).toMatchObject({ status: 200, body: '{"status":"ready"}' });
  state = "stopping";
  expect(await get("/readyz")).toMatchObject({ status: 503, body: '{"status":"stopping"}' });
  expect(await get("/healthz")).toMatchObject({ status: 200 });
});

test("/metrics is Prometheus text", async () => {
  counter("sallyport_test_total", "A test.").add({ reason: 'a "b"\n' });
  counter("sallyport_test_total", "A test.").add({ reason: 'a "b"\n' }, 2);
  gauge("sallyport_test", "A test.", () => [[{}, 7]]);
  const { status, type, body } = await get("/metrics");
  expect(status).toBe(200);
  expect(type).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = body.trimEnd().split("\n");
  expect(lines).toContain("# TYPE sallyport_test_total counter");
  expect(lines).toContain('sallyport_test_total{reason="a \\"b\\"\\n"} 3');
  expect(lines).toContain("sallyport_test 7");
  expect(lines).toContain('sallyport_info{version="1.2.3"} 1');
  for (const line of lines) expect(line).toMatch(/^# (HELP|TYPE) [a-z_]+ .+$|^[a-z_]+(\{.*\})? -?[0-9.e+-]+$/);
  const rss = Number(/^process_resident_memory_bytes (\d+)$/m.exec(body)?.[1]);
  expect(rss).toBeGreaterThan(1_000_000);
});

test("other paths are 404", async () => {
  expect((await get("/")).status).toBe(404);
  expect((await get("/../etc/passwd")).status).toBe(404);
});

test("the error for a port in use names it", () => {
  const port = Number(new URL(diag.url).port);
  let fault: unknown;
  try {
    startDiag({ host: "127.0.0.1", port }, "1", () => "ready");
  } catch (thrown) {
    fault = thrown;
  }
  expect(fault).toBeInstanceOf(Fault);
  expect((fault as Fault).message).toBe(`diag: port ${port} is in use on 127.0.0.1`);
});
