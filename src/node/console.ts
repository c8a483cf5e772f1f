// The operator's console of a node: its sessions, its one-time links, and the routes that serve its
// page and run its calls. Part of the composition root.
import { fileURLToPath } from 'node:url'
import { HttpsRegionEndpoints } from '#adapters/link/region-endpoints.js'
import type { AwsJsonServices } from '#api/protocol/aws-json.js'
import { consoleCallRoute } from '#api/protocol/console.js'
import type { KnownKeys } from '#app/access-keys.js'
import type { AuditTrail } from '#app/audit/trail.js'
import { createForwarding } from '#app/console/forwarding.js'
import { createOneTimeLinks, type OneTimeLinks, registerLinkTaking } from '#app/console/links.js'
import { createConsoleSessions } from '#app/console/session.js'
import { createSignIn } from '#app/console/sign-in.js'
import type { ServiceSeal } from '#app/crypto/service-seal.js'
import { type Config, versionOfPackage } from '#config/config.js'
import { regionTitle } from '#domain/region-catalogue.js'
import { fileRoutes } from '#http/console/files.js'
import { type ConsoleDescription, sessionRoutes } from '#http/console/session-routes.js'
import type { Route } from '#http/route.js'
import type { LinkReceivers, RegionLink } from '#ports/region-link.js'
import type { Runtime, Storage } from './storage.js'

/** Where the build puts the pages: beside the compiled sources. */
const FOLDER = fileURLToPath(new URL('../../console', import.meta.url))

export interface ConsoleParts {
  readonly storage: Pick<Storage, 'consoleLinks'>
  readonly serviceSeal: ServiceSeal
  readonly keys: KnownKeys
  readonly link: RegionLink
  /** Where other Regions take the links of this one. */
  readonly regionLinkServer: LinkReceivers
  readonly trail: AuditTrail
  /** In place of the folder of the package. */
  readonly folder?: string | undefined
}

export interface Console {
  readonly links: OneTimeLinks
  /** None where the console is switched off. */
  routes(services: AwsJsonServices): readonly Route[]
}

export function composeConsole(
  config: Config,
  { clock, random }: Pick<Runtime, 'clock' | 'random'>,
  parts: ConsoleParts,
): Console {
  const { region } = config
  const { serviceSeal, keys, link, trail, folder = FOLDER } = parts
  const { consoleLinks } = parts.storage
  const regions = config.regions.map(({ name }) => name)
  const shared = { region, regions, serviceSeal, keys, clock, random }
  registerLinkTaking(parts.regionLinkServer, { consoleLinks, clock })
  const links = createOneTimeLinks({ ...shared, consoleLinks, link })
  return {
    links,
    routes(services) {
      if (!config.console.enabled) return []
      const sessions = createConsoleSessions(shared)
      const signIn = createSignIn({ ...shared, links })
      const forwarding = createForwarding(shared)
      const endpoints = new HttpsRegionEndpoints(config)
      return [
        ...sessionRoutes({ sessions, signIn, trail, description: describe(config) }),
        consoleCallRoute({ ...shared, sessions, forwarding, endpoints, services }),
        ...fileRoutes(folder),
      ]
    },
  }
}

function describe({ accountId, region, regions, urls, keys }: Config): ConsoleDescription {
  return {
    accountId,
    region,
    regions: regions.map(({ name, endpoint }) => {
      return { name, title: regionTitle(name) ?? name, endpoint }
    }),
    edge: edgeOf(urls.updatedIssuer),
    domainTemplate: urls.domain,
    keysDriver: keys.driver,
    version: versionOfPackage(),
  }
}

/** The shared issuer stands at the edge; undefined: it is one of each Region's own. */
function edgeOf(issuerTemplate: string): string | undefined {
  if (/^(?:\{endpoint\}|https?:\/\/[^/]*\{)/.test(issuerTemplate)) return undefined
  return URL.canParse(issuerTemplate) ? new URL(issuerTemplate).origin : undefined
}
