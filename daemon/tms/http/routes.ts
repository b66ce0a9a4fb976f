import type { Route } from "./route.ts";
import { admins } from "./routes/admins.ts";
import { audit } from "./routes/audit.ts";
import { clients } from "./routes/clients.ts";
import { delegations } from "./routes/delegations.ts";
import { general } from "./routes/general.ts";
import { hosts } from "./routes/hosts.ts";
import { keys } from "./routes/keys.ts";
import { mfa } from "./routes/mfa.ts";
import { reservations } from "./routes/reservations.ts";
import { retrieval } from "./routes/retrieval.ts";
import { tenants } from "./routes/tenants.ts";
import { userHosts } from "./routes/user-hosts.ts";

/** All routes of the API, in the order of the description. */
export const ROUTES: readonly Route[] = [
  ...general,
  ...clients,
  ...mfa,
  ...userHosts,
  ...delegations,
  ...hosts,
  ...tenants,
  ...admins,
  ...keys,
  ...retrieval,
  ...reservations,
  ...audit,
];
