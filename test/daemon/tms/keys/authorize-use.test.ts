import { describe, expect, test } from "bun:test";
import {
  type Prerequisites,
  REFUSALS,
  type RefusalReason,
  refusalOfPrerequisites,
  refusalOfUse,
} from "../../../../daemon/tms/keys/authorize-use.ts";
import type { KeyWithParents } from "../../../../daemon/tms/keys/find.ts";

const NOW = new Date("2026-11-20T12:00:00Z");
const VALID = "2026-11-20T12:00:00Z";
const EXPIRED = "2026-11-20T11:59:59Z";

interface Facts {
  readonly tenant: { readonly enabled: boolean };
  readonly client: { readonly enabled: boolean };
  readonly mfa: { readonly enabled: boolean; readonly expires_at: string };
  readonly link: { readonly expires_at: string };
  readonly delegation: { readonly expires_at: string };
  readonly key: { readonly expires_at: string };
}

const FACTS: Facts = {
  tenant: { enabled: true },
  client: { enabled: true },
  mfa: { enabled: true, expires_at: VALID },
  link: { expires_at: VALID },
  delegation: { expires_at: VALID },
  key: { expires_at: VALID },
};

/** For each reason the change that causes it, in the order in which reasons are checked. */
const CAUSES: Readonly<Record<Exclude<RefusalReason, "no_uses_left">, (facts: Facts) => Facts>> = {
  tenant_disabled: (facts) => ({ ...facts, tenant: { enabled: false } }),
  client_disabled: (facts) => ({ ...facts, client: { enabled: false } }),
  mfa_disabled: (facts) => ({ ...facts, mfa: { ...facts.mfa, enabled: false } }),
  mfa_expired: (facts) => ({ ...facts, mfa: { ...facts.mfa, expires_at: EXPIRED } }),
  link_expired: (facts) => ({ ...facts, link: { expires_at: EXPIRED } }),
  delegation_expired: (facts) => ({ ...facts, delegation: { expires_at: EXPIRED } }),
  key_expired: (facts) => ({ ...facts, key: { expires_at: EXPIRED } }),
};
const REASONS = Object.keys(CAUSES) as (keyof typeof CAUSES)[];

function found(facts: Facts): KeyWithParents {
  const items = Object.entries(facts).map(([name, value]) => [name, { name, value, revision: "1" }]);
  return Object.fromEntries(items) as KeyWithParents;
}

/** Facts to which all these reasons apply. */
function factsWith(reasons: readonly (keyof typeof CAUSES)[]): Facts {
  return reasons.reduce((facts, reason) => CAUSES[reason](facts), FACTS);
}

describe("refusalOfUse()", () => {
  test("accepts a key while all conditions hold, expiries included", () => {
    expect(refusalOfUse(found(FACTS), NOW)).toBeUndefined();
    expect(refusalOfUse(found(FACTS), NOW, true)).toBe("no_uses_left");
  });

  test.each(REASONS)("returns %s before all later reasons", (reason) => {
    const later = REASONS.slice(REASONS.indexOf(reason));
    expect(refusalOfUse(found(factsWith(later)), NOW, true)).toBe(reason);
  });

  test.each(REASONS)("skips %s for a reservation exactly if it is waivable", (reason) => {
    const refusal = refusalOfUse(found(factsWith([reason])), NOW, true, true);
    expect(refusal).toBe(REFUSALS[reason].waivable ? undefined : reason);
  });

  test("covers every named reason", () => {
    expect(Object.keys(REFUSALS)).toEqual([...REASONS, "no_uses_left"]);
    expect(REFUSALS.no_uses_left.waivable).toBe(true);
  });
});

describe("refusalOfPrerequisites()", () => {
  const prerequisites = (facts: Facts): Prerequisites => facts;

  test.each(REASONS)("agrees with refusalOfUse() about %s", (reason) => {
    const concernsUse = reason === "tenant_disabled" || reason === "key_expired";
    expect(refusalOfPrerequisites(prerequisites(factsWith([reason])), NOW)).toBe(concernsUse ? undefined : reason);
  });
});
