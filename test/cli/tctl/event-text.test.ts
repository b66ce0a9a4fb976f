import { expect, test } from "bun:test";
import { styleFor } from "../../../cli/output.ts";
import { eventsView } from "../../../cli/tctl/event-text.ts";

test("events are told whole on a narrow terminal", () => {
  const event = {
    event: "tms.key.retrieve",
    code: "S2173W",
    time: "2026-11-20T16:54:01.085Z",
    user: "alice",
    tenant: "default",
    host: "login1.example.com",
    error: "hosts of this tenant need a credential to ask for keys",
  };
  expect(eventsView.text([event], { ...styleFor(-1, {}), width: 80 })).toEndWith(
    "tenant=default host=login1.example.com error=hosts of this tenant need a credential to ask for keys",
  );
});
