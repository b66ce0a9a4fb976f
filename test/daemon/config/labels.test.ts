import { describe, expect, test } from "bun:test";
import { parseLabels } from "../../../daemon/config/labels.ts";

const command = (name: string, ...words: [string, ...string[]]) => ({ name, command: words, period: 60 });

test.each([
  ["env=prod", { env: "prod" }, []],
  [" env = prod , rack = a1 ", { env: "prod", rack: "a1" }, []],
  ["a=1,b=2=3", { a: "1", b: "2=3" }, []],
  ['note="a, b",x=\'y "z"\'', { note: "a, b", x: 'y "z"' }, []],
  ["empty=", { empty: "" }, []],
  ["", {}, []],
  ['rack=[1m:"cat /etc/rack"]', {}, [command("rack", "cat", "/etc/rack")]],
  ["kernel=[1h:uname -r],env=prod", { env: "prod" }, [{ ...command("kernel", "uname", "-r"), period: 3600 }]],
  ['x=[1m:cat "/etc/my rack"]', {}, [command("x", "cat", "/etc/my rack")]],
  ["x=[1m:\"grep -c '^a b' /etc/passwd\"]", {}, [command("x", "grep", "-c", "^a b", "/etc/passwd")]],
  ["x=[1m:echo a,b]", {}, [command("x", "echo", "a,b")]],
  ["x=[1m:echo $HOME; rm *]", {}, [command("x", "echo", "$HOME;", "rm", "*")]],
] as const)("%s", (text, labels, commands) => {
  expect(parseLabels(text)).toEqual({ labels, commands: [...commands] });
});

describe("refuses", () => {
  test.each([
    ["env", 'labels: "env" has no "="'],
    ["env=prod,", 'labels: "" has no "="'],
    ["=x", 'labels: "" is not a label name'],
    ["a b=x", 'labels: "a b" is not a label name'],
    ["a=1,a=2", 'labels: "a" appears twice'],
    ["a=1,a=[1m:x]", 'labels: "a" appears twice'],
    ['a="b', 'labels: a " is not closed'],
    ["a=[1m:x", "labels: a bracket is not closed"],
    ["a=[x]", 'labels: "a": expected [PERIOD:COMMAND], such as [1m:"uname -r"]'],
    ["a=[0s:x]", 'labels: "a": the period has to be at least 1s'],
    ["a=[1m:]", 'labels: "a": the command is empty'],
    ['a=[1m:""]', 'labels: "a": the command is empty'],
  ])("%s", (text, message) => {
    expect(() => parseLabels(text)).toThrow(message);
  });
});
