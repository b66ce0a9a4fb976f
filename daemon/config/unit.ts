import type { RoleName } from "../config.ts";

/**
 * A systemd unit (systemd.service(5), systemd.exec(5)) as narrow as its roles allow. A node starts sessions of users, who
 * need their homes, sudo and the rest of the machine as at any login. Without that role the process keeps nothing but
 * its data directory and its sockets: it stays root to read configuration and TLS keys, but root without capabilities.
 */
export function systemdUnit(options: {
  /** The path of the program. */
  readonly binary: string;
  /** What follows `start`. */
  readonly flags: readonly string[];
  readonly dataDir: string;
  readonly roles: readonly RoleName[];
}): string {
  const { binary, flags, dataDir, roles } = options;
  return `[Unit]
Description=Sallyport access (${roles.join(", ")})
Documentation=man:sallyport(8)
After=network-online.target nss-user-lookup.target
Wants=network-online.target

[Service]
Type=notify
ExecStart=${[binary, "start", ...flags].map(quote).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=2
# A stop says goodbye to sessions, which may take 30 seconds.
TimeoutStopSec=40
LimitNOFILE=65536
${roles.includes("node") ? SESSIONS : closed(dataDir)}
[Install]
WantedBy=multi-user.target
`;
}

const SESSIONS = `# What users left running, such as tmux, survives a restart, as with sshd.
KillMode=process
TasksMax=infinity
OOMPolicy=continue
# Sessions inherit what is set here, so nothing is: no ProtectHome, PrivateTmp, NoNewPrivileges, CapabilityBoundingSet.
`;

function closed(dataDir: string): string {
  const state = dataDir.startsWith("/var/lib/")
    ? `StateDirectory=${quote(dataDir.slice("/var/lib/".length))}\nStateDirectoryMode=0700`
    : `ReadWritePaths=${quote(dataDir)}`;
  return `${state}
AmbientCapabilities=
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
DevicePolicy=closed
KeyringMode=private
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=${dataDir.startsWith("/home/") || dataDir.startsWith("/root/") ? "read-only" : "yes"}
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077
`;
}

/** A word as systemd reads it: quoted where it has to be, specifiers and variables taken literally. */
function quote(word: string): string {
  const literal = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /^[\w@%+=:,./$-]+$/.test(literal) ? literal : `"${literal.replace(/["\\]/g, "\\$&")}"`;
}
