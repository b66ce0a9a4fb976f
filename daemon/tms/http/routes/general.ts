import { optional, text, word } from "../field-types.ts";
import { type Route, route } from "../route.ts";

/** The version of TMS whose API this is. */
const TMS_VERSION = "0.3.0";
/** TMS says here of which commit it was built. A program that is one file has none at hand. */
const UNKNOWN = "unknown";

export const general: readonly Route[] = [
  route(
    {
      id: "hello",
      method: "get",
      path: "/tms/hello",
      tag: "General",
      summary: "Says hello",
      callers: "anyone",
      checks: "open",
      query: { name: optional(text({ description: "Whom to greet.", example: "TMS" })) },
      response: { text: word("A greeting.", "hello, TMS!") },
      plainText: true,
    },
    ({ query }) => ({ text: query.name === undefined ? "hello!" : `hello, ${query.name}!` }),
  ),
  route(
    {
      id: "version",
      method: "get",
      path: "/tms/version",
      tag: "General",
      summary: "Which version this is",
      differs:
        "`tms_version` is the version of TMS whose API this is; that of the program stands in /spec. The rest is fixed text.",
      callers: "anyone",
      checks: "open",
      response: {
        tms_version: word("The version of TMS whose API this is.", TMS_VERSION),
        git_branch: word("Of what TMS was built.", UNKNOWN),
        git_commit: word("Of what TMS was built.", UNKNOWN),
        git_dirty: word('"true" or "false".', "false"),
        source_ts: word("When its source was last changed.", UNKNOWN),
        rustc_version: word("Of what TMS was built with.", UNKNOWN),
      },
    },
    () => ({
      tms_version: TMS_VERSION,
      git_branch: UNKNOWN,
      git_commit: UNKNOWN,
      git_dirty: "false",
      source_ts: UNKNOWN,
      rustc_version: UNKNOWN,
    }),
  ),
];
