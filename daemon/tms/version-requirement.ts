/** Rules of TMS for texts of callers, beyond those that the door holds them to. */

const MAX_COMPARATORS = 32;
const MAX_NUMBER = 2n ** 64n - 1n;

const NUMBER = "(?:0|[1-9][0-9]{0,19})";
const ANY = "[*xX]";
/** Dot-separated; what is a number has no leading zero. */
const PRE = `(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const BUILD = "[0-9A-Za-z-]+";
const PATCH = `${NUMBER}(?:-${PRE}(?:\\.${PRE})*)?(?:\\+${BUILD}(?:\\.${BUILD})*)?`;
/** `1`, `1.2`, `1.*`, `1.2.3`, `1.2.x`, `1.*.*` … with an operator before it. */
const COMPARATOR = new RegExp(
  `^(?:=|>=?|<=?|~|\\^)? *${NUMBER}(?:\\.${ANY}(?:\\.${ANY})?|\\.${NUMBER}(?:\\.(?:${ANY}|${PATCH}))?)? *$`,
);

/** Whether `text` is what Cargo takes for the versions of a dependency, such as `1.0`, `^1.2`, `>=1, <2` or `*`. */
export function isVersionRequirement(text: string): boolean {
  const trimmed = text.replace(/^ +| +$/g, "");
  if (new RegExp(`^${ANY}$`).test(trimmed)) return true;
  const comparators = trimmed.split(",");
  return (
    comparators.length <= MAX_COMPARATORS &&
    comparators.every((one) => COMPARATOR.test(one.replace(/^ +/, ""))) &&
    (trimmed.replace(/[-+][^,]*/g, "").match(/[0-9]{20,}/g) ?? []).every((digits) => BigInt(digits) <= MAX_NUMBER)
  );
}
