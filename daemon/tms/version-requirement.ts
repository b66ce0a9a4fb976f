/** Version requirements in Cargo's syntax, which TMS requires of `app_version`. */

const MAX_COMPARATORS = 32;
const MAX_NUMBER = 2n ** 64n - 1n;

const NUMBER = "(?:0|[1-9][0-9]{0,19})";
const ANY = "[*xX]";
/** An identifier of a pre-release (semver §9): a numeric one has no leading zero. */
const PRE = `(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const BUILD = "[0-9A-Za-z-]+";
const PATCH = `${NUMBER}(?:-${PRE}(?:\\.${PRE})*)?(?:\\+${BUILD}(?:\\.${BUILD})*)?`;
/** An optional operator and a partial version: `1`, `1.2`, `1.*`, `1.2.3`, `1.2.x`, `1.*.*`. */
const COMPARATOR = new RegExp(
  `^(?:=|>=?|<=?|~|\\^)? *${NUMBER}(?:\\.${ANY}(?:\\.${ANY})?|\\.${NUMBER}(?:\\.(?:${ANY}|${PATCH}))?)? *$`,
);

/** Whether `text` is a version requirement in Cargo's syntax, such as `1.0`, `^1.2`, `>=1, <2` or `*`. */
export function isVersionRequirement(text: string): boolean {
  const trimmed = text.replace(/^ +| +$/g, "");
  if (new RegExp(`^${ANY}$`).test(trimmed)) return true;
  const comparators = trimmed.split(",");
  return (
    comparators.length <= MAX_COMPARATORS &&
    comparators.every((comparator) => COMPARATOR.test(comparator.replace(/^ +/, ""))) &&
    (trimmed.replace(/[-+][^,]*/g, "").match(/[0-9]{20,}/g) ?? []).every((digits) => BigInt(digits) <= MAX_NUMBER)
  );
}
