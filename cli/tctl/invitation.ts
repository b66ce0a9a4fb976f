import type { Invitation } from "../../core/api/schema.ts";
import { localTime, type View } from "../output.ts";

/** What to hand to the user. */
export const invitationView: View<Invitation> = {
  text: ({ user, url, expires }, style) =>
    [
      `${user} signs up here, once, before ${localTime(new Date(expires))}:`,
      "",
      `  ${style.bold(url)}`,
      "",
      "in a browser, or in a terminal with",
      "",
      `  tsh signup ${url}`,
    ].join("\n"),
};
