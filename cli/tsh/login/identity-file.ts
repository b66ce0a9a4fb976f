import { formatIdentity } from "../../../core/cert/identity-file.ts";
import { writePrivate } from "../../files.ts";
import type { LoggedIn } from "./login-client.ts";

/** Writes a login for another program: one file with everything, or key and certificate beside each other as ssh reads them. */
export function writeIdentity(file: string, format: "file" | "openssh", login: LoggedIn): void {
  if (format === "openssh") {
    writePrivate(file, login.key);
    writePrivate(`${file}-cert.pub`, `${login.certificate}\n`);
    return;
  }
  const { key, parsed: certificate, authorities } = login;
  writePrivate(file, formatIdentity({ key, certificate, cluster: login.profile.cluster, authorities }));
}
