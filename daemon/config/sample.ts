/**
 * A sample configuration with every key and its default. Keys whose default applies when omitted are commented out. A test
 * parses it, with and without the comment signs.
 */
export const SAMPLE_CONFIG = `# Sallyport's configuration. Every key may be omitted; a commented key shows the default or an example.
# Check it with: sallyport config check /etc/sallyport.yaml

sallyport:
  # The name of this machine in the cluster: its host name.
  #nodename: node1.example.com

  # Keys, certificates and the database. Only the user that runs sallyport may have write access.
  data_dir: /var/lib/sallyport

  # To join a cluster whose auth service runs elsewhere. "tctl nodes add" prints all three.
  # The token is needed once; it is a value, or the path of a file that holds it.
  #auth_servers: ["auth.example.com:3025"]
  #auth_token: /etc/sallyport.token
  #ca_pin: sha256:0000000000000000000000000000000000000000000000000000000000000000

  # The address to advertise, when others cannot reach the listen address.
  #advertise_ip: 10.0.0.5

  # The maximum of open connections for each listener.
  #connection_limits:
  #  max_connections: 15000

  # output: stderr, stdout, or a file (reopened at SIGHUP). severity: error, warn, info, debug. format: text, json.
  #log:
  #  output: stderr
  #  severity: info
  #  format: text

  #storage:
  #  type: sqlite

  # Serves /healthz, /readyz and /metrics (Prometheus). Off unless set.
  #diag_addr: 127.0.0.1:3001
  #pid_file: /run/sallyport.pid

# The certificate authority, users, roles and the audit log. One machine of a cluster.
auth_service:
  enabled: yes
  listen_addr: 0.0.0.0:3025
  # The cluster's name. It cannot be changed after the first start.
  #cluster_name: example
  # The address for other machines.
  #public_addr: auth.example.com:3025
  # Tokens that never expire: roles, then the value or the path of a file that holds it.
  #tokens: ["node:/etc/sallyport.node-token"]
  authentication:
    type: local
    # otp: every login needs a one-time code. optional: only of users with an authenticator. off: none.
    second_factor: otp

# The access point for users: SSH, and HTTPS for logins.
proxy_service:
  enabled: yes
  listen_addr: 0.0.0.0:3023
  web_listen_addr: 0.0.0.0:3080
  # What users write after --proxy.
  #public_addr: access.example.com:3080
  #ssh_public_addr: access.example.com:3023
  # Certificates for HTTPS, read again at SIGHUP. Without one a self-signed certificate is made.
  #https_keypairs:
  #  - key_file: /etc/ssl/private/access.example.com.key
  #    cert_file: /etc/ssl/certs/access.example.com.pem

# The SSH server of this machine.
ssh_service:
  enabled: yes
  listen_addr: 0.0.0.0:3022
  #public_addr: node1.example.com:3022
  # Labels, by which roles select machines and users find them.
  #labels:
  #  env: prod
  # Labels whose value is the first output line of a command. The command runs without a shell.
  #commands:
  #  - name: kernel
  #    command: [uname, -r]
  #    period: 1h

# The key escrow (TMS's REST API). Off unless this section exists, or --roles includes tms.
#tms_service:
#  enabled: yes
#  listen_addr: 0.0.0.0:3000
  # The public address: the names in its certificate, and the base URL in the API docs.
#  public_addr: escrow.example.com:3000
#  https_keypairs:
#    - key_file: /etc/ssl/private/escrow.example.com.key
#      cert_file: /etc/ssl/certs/escrow.example.com.pem
  # Creating a key also creates what it requires (MFA, link, delegation), and only admins register clients.
#  enable_mvp: no
  # Whether anybody may register clients: allow, disallow. Reloaded at SIGHUP.
#  new_clients: allow
  # A second tenant, "test", beside "default". If "no", an existing one is disabled.
#  enable_test_tenant: no
  # The title of the API docs, and the base URLs in them.
#  title: TMS Server
#  server_urls: ["https://escrow.example.com:3000/v1"]
  # Keys of TMS's configuration: HTTPS only, and the port if listen_addr is not set.
#  http_addr: https://escrow.example.com
#  http_port: 3000
`;
