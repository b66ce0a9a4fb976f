import { optional, text, word } from "../field-types.ts";
import { type Route, route } from "../route.ts";

/** The version of TMS whose API is implemented. */
const TMS_VERSION = "0.3.0";
/** TMS reports the commit that it was built from. This program does not know its own. */
const UNKNOWN = "unknown";

export const general: readonly Route[] = [
  route(
    {
      id: "hello",
      method: "get",
      path: "/tms/hello",
      tag: "General",
      summary: "Return a greeting",
      callers: "anyone",
      checks: "open",
      query: { name: optional(text({ description: "The name to greet.", example: "TMS" })) },
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
      summary: "Show the version of the API",
      differs:
        "`tms_version` is the version of TMS whose API is implemented; /spec has the program's version. The other fields are constants.",
      callers: "anyone",
      checks: "open",
      response: {
        tms_version: word("The version of TMS whose API is implemented.", TMS_VERSION),
        git_branch: word("The source that TMS was built from; a constant here.", UNKNOWN),
        git_commit: word("The source that TMS was built from; a constant here.", UNKNOWN),
        git_dirty: word('"true" or "false".', "false"),
        source_ts: word("The time of that source; a constant here.", UNKNOWN),
        rustc_version: word("The compiler that TMS was built with; a constant here.", UNKNOWN),
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
