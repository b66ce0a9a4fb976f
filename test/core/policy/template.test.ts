import { expect, test } from "bun:test";
import { expand } from "../../../core/policy/template.ts";

const traits = { logins: ["alice", "root"], team: ["db"], odd: ["root;rm", "-o", "a,b", "*", "", " "], none: [] };

test.each<[string, readonly string[]]>([
  ["root", ["root"]],
  ["{{internal.logins}}", ["alice", "root"]],
  ["{{external.logins}}", ["alice", "root"]],
  ["{{ internal.logins }}", ["alice", "root"]],
  ["{{\tinternal.logins}}", ["alice", "root"]],
  ["{{external.team}}-admin", ["db-admin"]],
  ["svc_{{external.team}}", ["svc_db"]],
  ["svc_{{external.team}}_ro", ["svc_db_ro"]],
  ["{{external.https://idp.example.com/claims/team}}", []],
  // nothing to put in
  ["{{external.none}}", []],
  ["{{external.missing}}", []],
  ["{{external.constructor}}", []],
  ["{{external.__proto__}}", []],
  // not a template that we know
  ["{{logins}}", []],
  ["{{user.logins}}", []],
  ["{{internal.logins", []],
  ["internal.logins}}", []],
  ["{internal.logins}", []],
  ["{{}}", []],
  ["{{internal.}}", []],
  ["{{{internal.logins}}}", []],
  ["{{internal.logins}}{{external.team}}", []],
  ["{{email.local(external.email)}}", []],
  // not a login afterwards
  ["{{external.odd}}", []],
  ["-{{external.team}}", []],
  ["{{external.team}} x", []],
  ["{{external.team}},root", []],
  ["*", []],
  ["", []],
  ["root;rm", []],
])("%j gives %j", (entry, expected) => {
  expect(expand(entry, traits)).toEqual(expected);
});

test("values with letters around them are held to the same alphabet", () => {
  expect(expand("a{{external.odd}}", traits)).toEqual(["a-o", "a"]);
});
