// The faces of a node: which routes clients reach, and the service behind each. Everything here is
// translation; what a call means is decided in operations and flows.
import type { AdminServices } from '#api/admin/admin-operation.js'
import { createAdminDispatch } from '#api/admin/service.js'
import type { Services } from '#api/cognito/context.js'
import { createUserPoolsDispatch } from '#api/cognito/service.js'
import type { Authenticator } from '#api/protocol/authenticate.js'
import { type AwsJsonServices, awsJsonRoutes } from '#api/protocol/aws-json.js'
import type { Dispatch } from '#api/protocol/request.js'
import { required } from '#base/assert.js'
import type { Config } from '#config/config.js'
import { healthRoute } from '#http/health.js'
import { Listener } from '#http/listener.js'
import { authEventFeedbackRoutes } from '#http/login/auth-event-feedback.js'
import { confirmUserRoutes } from '#http/login/confirm-user.js'
import { userImportRoute } from '#http/login/user-import.js'
import { discoveryRoutes } from '#http/oauth/discovery.js'
import { jwksRoutes } from '#http/oauth/jwks.js'
import { createPublicUrls } from '#http/oauth/public-urls.js'
import { handleTokenRequest } from '#http/oauth/token.js'
import { tokenRoutes } from '#http/oauth/token-route.js'
import { tracedRoutes } from '#http/traced-routes.js'
import type { Metrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import type { Console } from './console.js'

export interface RouteOptions {
  readonly config: Config
  readonly services: Services
  readonly admin: AdminServices
  readonly authenticator: Authenticator
  readonly kmsDispatch: Dispatch
  readonly operatorConsole: Pick<Console, 'routes'>
  /** Rejects when the database does not respond. */
  readonly ping: () => Promise<unknown>
  readonly metrics: Metrics
  readonly tracing?: Tracing | undefined
}

/** The server of a Region's endpoint. */
export function composeServer(options: RouteOptions): Listener {
  const { config, services, admin, authenticator, metrics, tracing } = options
  const { clock, random, log } = services
  const { region } = config
  const endpoint = required(
    config.regions.find(({ name }) => name === region),
    'own Region',
  ).endpoint
  const { issuers } = services
  const domainTemplate = config.urls.domain
  const urls = createPublicUrls({ issuers, region, endpoint, domainTemplate })
  const issuer = { ...services, urls }
  const userPools = createUserPoolsDispatch({
    services,
    authenticate: authenticator.forService('cognito-idp'),
    concurrentCallsMax: config.limits.concurrentRequestsMax,
    metrics,
    tracing,
    trail: admin.trail,
  })
  const adminDispatch = createAdminDispatch({
    services: admin,
    authenticate: authenticator.forService('twinpool'),
    concurrentCallsMax: config.limits.concurrentRequestsMax,
    metrics,
    tracing,
  })
  const calls: AwsJsonServices = { userPools, kms: options.kmsDispatch, admin: adminDispatch }
  const routes = [
    ...awsJsonRoutes(calls),
    ...options.operatorConsole.routes(calls),
    ...jwksRoutes(issuer),
    ...discoveryRoutes(issuer),
    ...confirmUserRoutes(services, urls),
    ...authEventFeedbackRoutes(services, urls),
    ...tokenRoutes((request) => handleTokenRequest(services, request), urls),
    userImportRoute({ ...services, limits: config.userImport }),
    healthRoute({ region, clock, ping: options.ping }),
  ]
  return new Listener({
    limits: config.limits,
    trustedProxies: config.listen.trustedProxies,
    clock,
    random,
    log,
    metrics,
    routes: tracedRoutes(routes, tracing),
  })
}
