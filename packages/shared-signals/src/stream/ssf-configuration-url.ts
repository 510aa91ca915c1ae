// Where a transmitter tells its configuration: SSF 1.0, section 7.2.1.

/** The well-known name comes between host and path, unlike OpenID Connect's, which comes after the path. */
export function ssfConfigurationUrl(issuer: URL): URL {
  return new URL(`/.well-known/ssf-configuration${issuer.pathname.replace(/\/$/, '')}`, issuer)
}
